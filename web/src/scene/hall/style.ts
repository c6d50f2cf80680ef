/** The overlay's own style: the few rules that labels and map need, with the colours of the theme as variables. */
import type { FitWindow } from '../camera/rig';
import { alarmColours, type Look } from '../theme';

const rules = `
.hall-labels{position:absolute;inset:0;overflow:hidden;pointer-events:none;contain:strict}
.hall-label{position:absolute;left:0;top:0;white-space:nowrap;font:500 12px/17px system-ui,"Noto Sans SC",sans-serif;
 color:var(--hall-ink);background:var(--hall-surface);border:1px solid var(--hall-line);border-radius:3px;padding:0 6px;
 will-change:transform}
.hall-label[hidden]{display:none}
.hall-number{font-variant-numeric:tabular-nums;color:var(--hall-quiet)}
.hall-number:not(:empty){margin-left:7px}
.hall-cluster{font-weight:600;color:var(--hall-quiet);background:color-mix(in srgb,var(--hall-surface) 84%,transparent)}
.hall-selected{border-color:var(--hall-accent);box-shadow:0 0 0 1px var(--hall-accent)}
${[1, 2, 3, 4].map((p) => `.hall-alarm-${p}{border-color:${alarmColours[p]};font-weight:600}`).join('\n')}
.hall-doubt{border-style:dashed;border-color:var(--hall-quiet)}
.hall-doubt .hall-number{color:var(--hall-ink)}
.hall-people{position:absolute;inset:0;overflow:hidden;pointer-events:none;contain:strict}
.hall-person{position:absolute;left:0;top:0;display:flex;align-items:center;gap:5px;white-space:nowrap;
 font:600 12px/19px system-ui,"Noto Sans SC",sans-serif;color:var(--hall-ink);background:var(--hall-surface);
 border:1px solid var(--hall-line);border-radius:10px;padding:0 8px 0 6px;max-width:260px;will-change:transform}
.hall-person[hidden]{display:none}
.hall-person span:nth-child(2){overflow:hidden;text-overflow:ellipsis}
.hall-person-dot{flex:none;width:9px;height:9px;border-radius:50%}
.hall-speaks{border-color:var(--person)}
.hall-speaks .hall-person-dot{box-shadow:0 0 0 2px var(--hall-surface),0 0 0 4px var(--person)}
.hall-person-badge{font-weight:500;color:var(--hall-quiet);font-variant-numeric:tabular-nums}
.hall-elsewhen{border-style:dashed;border-color:var(--person)}
.hall-crowd{font-weight:500;color:var(--hall-quiet);background:color-mix(in srgb,var(--hall-surface) 84%,transparent);padding:0 8px}
.hall-crowd .hall-person-dot{display:none}
.hall-map{position:absolute;left:auto;top:auto;right:var(--hall-map-right,12px);bottom:var(--hall-map-bottom,12px);background:var(--hall-surface);
 border:1px solid var(--hall-line);border-radius:4px;pointer-events:auto;cursor:crosshair;touch-action:none;box-sizing:content-box;padding:4px}
.hall-offline .hall-label{opacity:.6}
.hall-free{position:absolute;visibility:hidden;pointer-events:none;left:var(--free-left,0px);right:var(--free-right,0px);
 top:var(--free-top,0px);bottom:var(--free-bottom,0px)}
`;

/** Puts the rules beside the overlay, once per hall; the answer takes them away again. */
export function installStyle(overlay: HTMLElement): () => void {
  const element = document.createElement('style');
  element.textContent = rules;
  overlay.append(element);
  return () => element.remove();
}

export function setOverlayLook(overlay: HTMLElement, look: Look): void {
  overlay.style.setProperty('--hall-ink', look.ink);
  overlay.style.setProperty('--hall-quiet', look.quietText);
  overlay.style.setProperty('--hall-surface', look.surface);
  overlay.style.setProperty('--hall-line', look.line);
  overlay.style.setProperty('--hall-accent', look.accent);
}

/** The part of the window that no panel covers. Asks the layout, so it is called when a view is fitted and never in a picture. */
export function freeWindow(overlay: HTMLElement): FitWindow {
  const probe = document.createElement('div');
  probe.className = 'hall-free';
  overlay.append(probe);
  const whole = overlay.getBoundingClientRect();
  const free = probe.getBoundingClientRect();
  probe.remove();
  // A window that is nearly all panels is fitted as if there were none.
  if (free.width < 200 || free.height < 160) return { x: 0, y: 0, halfX: 1, halfY: 1 };
  return {
    x: (free.left + free.width / 2 - whole.left) / (whole.width / 2) - 1,
    y: 1 - (free.top + free.height / 2 - whole.top) / (whole.height / 2),
    halfX: free.width / whole.width,
    halfY: free.height / whole.height,
  };
}
