/* An oven as a co-simulation FMU of FMI 2.0 or, with -DFMI3, of FMI 3.0: a first-order lag behind its heating power.
 * The parameter `fault` makes it misbehave in the first step that begins at or after `fault_at`. */
#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

enum { POWER, DOOR, GAIN, TAU, FAULT, FAULT_AT, HEAT, COUNT, VARIABLES };

typedef struct {
    double values[VARIABLES];
} Oven;

static Oven *made(void) {
    Oven *oven = calloc(1, sizeof *oven);
    oven->values[GAIN] = 10;
    oven->values[TAU] = 5;
    oven->values[HEAT] = 20;
    return oven;
}

/* 0: ok, 3: error. */
static int step(Oven *oven, double from, double size) {
    double *v = oven->values;
    if (v[FAULT] > 0 && from >= v[FAULT_AT]) {
        switch ((int)v[FAULT]) {
        case 1: *(volatile int *)8 = 1; break;
        case 2: for (;;) { __asm__ volatile(""); }
        case 3: v[HEAT] = NAN; return 0;
        case 4: return 3;
        case 5: printf("{\"answer\":\"outputs\",\"values\":[1]}\n"); fflush(stdout); break;
        case 6: fprintf(stderr, "no licence for this oven\n"); exit(7);
        case 7: { size_t all = 0; while (malloc(64u << 20) != NULL) { all++; } v[COUNT] = (double)all; return 0; }
        }
    }
    double to = 20 + v[GAIN] * v[POWER] * (v[DOOR] != 0 ? 0.5 : 1);
    v[HEAT] = to + (v[HEAT] - to) * exp(-size / v[TAU]);
    v[COUNT] += 1;
    return 0;
}

static int move(Oven *oven, const unsigned *at, size_t n, double *out, const double *in) {
    for (size_t i = 0; i < n; i++) {
        if (at[i] >= VARIABLES) return 3;
        if (in) oven->values[at[i]] = in[i]; else out[i] = oven->values[at[i]];
    }
    return 0;
}

#ifndef FMI3

void *fmi2Instantiate(const char *name, int type, const char *guid, const char *resources, const void *callbacks,
                      int visible, int logging) {
    (void)name; (void)resources; (void)callbacks; (void)visible; (void)logging;
    return type == 1 && guid[0] == '{' ? made() : NULL;
}
int fmi2SetupExperiment(void *c, int td, double t, double start, int sd, double stop) {
    (void)c; (void)td; (void)t; (void)start; (void)sd; (void)stop;
    return 0;
}
int fmi2EnterInitializationMode(void *c) { (void)c; return 0; }
int fmi2ExitInitializationMode(void *c) { (void)c; return 0; }
int fmi2SetReal(void *c, const unsigned *at, size_t n, const double *in) { return move(c, at, n, NULL, in); }
int fmi2GetReal(void *c, const unsigned *at, size_t n, double *out) { return move(c, at, n, out, NULL); }
int fmi2SetInteger(void *c, const unsigned *at, size_t n, const int *in) {
    double value = in[0];
    return n == 1 ? move(c, at, 1, NULL, &value) : 3;
}
int fmi2GetInteger(void *c, const unsigned *at, size_t n, int *out) {
    double value = 0;
    int status = n == 1 ? move(c, at, 1, &value, NULL) : 3;
    out[0] = (int)value;
    return status;
}
int fmi2SetBoolean(void *c, const unsigned *at, size_t n, const int *in) { return fmi2SetInteger(c, at, n, in); }
int fmi2GetBoolean(void *c, const unsigned *at, size_t n, int *out) { return fmi2GetInteger(c, at, n, out); }
int fmi2DoStep(void *c, double from, double size, int keep) { (void)keep; return step(c, from, size); }

#else

void *fmi3InstantiateCoSimulation(const char *name, const char *token, const char *resources, bool visible,
                                  bool logging, bool events, bool early, const unsigned *required, size_t n,
                                  void *environment, void *log, void *update) {
    (void)name; (void)resources; (void)visible; (void)logging; (void)required; (void)n; (void)environment; (void)log;
    return token[0] == '{' && !events && !early && update == NULL ? made() : NULL;
}
int fmi3EnterInitializationMode(void *c, bool td, double t, double start, bool sd, double stop) {
    (void)c; (void)td; (void)t; (void)start; (void)sd; (void)stop;
    return 0;
}
int fmi3ExitInitializationMode(void *c) { (void)c; return 0; }
int fmi3SetFloat64(void *c, const unsigned *at, size_t n, const double *in, size_t m) {
    return n == m ? move(c, at, n, NULL, in) : 3;
}
int fmi3GetFloat64(void *c, const unsigned *at, size_t n, double *out, size_t m) {
    return n == m ? move(c, at, n, out, NULL) : 3;
}
int fmi3SetInt32(void *c, const unsigned *at, size_t n, const int *in, size_t m) {
    double value = in[0];
    return n == 1 && m == 1 ? move(c, at, 1, NULL, &value) : 3;
}
int fmi3GetInt32(void *c, const unsigned *at, size_t n, int *out, size_t m) {
    double value = 0;
    int status = n == 1 && m == 1 ? move(c, at, 1, &value, NULL) : 3;
    out[0] = (int)value;
    return status;
}
int fmi3SetBoolean(void *c, const unsigned *at, size_t n, const bool *in, size_t m) {
    double value = in[0];
    return n == 1 && m == 1 ? move(c, at, 1, NULL, &value) : 3;
}
int fmi3DoStep(void *c, double from, double size, bool keep, bool *event, bool *end, bool *early, double *last) {
    (void)keep;
    *event = *end = *early = false;
    *last = from + size;
    return step(c, from, size);
}

#endif
