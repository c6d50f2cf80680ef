"""An OPC UA server that is not ours: asyncua, with the standard's own names, for the peer test.

Prints its address, then does what it is told line by line: `set NUMBER`, `state NUMBER`, `bad`, `pose X Y`,
`alarm on|off`, `stop`.
"""

import asyncio
import sys
from datetime import datetime, timezone

from asyncua import Server, ua
from asyncua.common.structures104 import new_struct, new_struct_field

MACHINERY = "http://opcfoundation.org/UA/Machinery/"
OWN = "urn:example:peer"


async def machine(server, machinery, own):
    machines = await server.nodes.objects.add_object(ua.NodeId(1001, machinery), ua.QualifiedName("Machines", machinery))
    lathe = await machines.add_object(own, "CNC lathe 7")
    plate = await lathe.add_object(ua.NodeId("plate", own), ua.QualifiedName("Identification", machinery))
    for name, value in [
        ("Manufacturer", ua.LocalizedText("Peer Works")),
        ("SerialNumber", "4711"),
        ("ProductInstanceUri", "urn:example:peer:lathe-7"),
    ]:
        await plate.add_property(machinery, name, value)
    return lathe


async def variables(lathe, own):
    spindle = await lathe.add_object(own, "Spindle")
    speed = await spindle.add_variable(ua.NodeId("speed", own), ua.QualifiedName("ActualSpeed", own), 0.0)
    unit = ua.EUInformation()
    unit.NamespaceUri = "http://www.opcfoundation.org/UA/units/un/cefact"
    unit.UnitId = int.from_bytes(b"RPM", "big")
    unit.DisplayName = ua.LocalizedText("rpm")
    await speed.add_property(0, "EngineeringUnits", unit)
    await speed.add_property(0, "EURange", ua.Range(0.0, 8000.0))
    state = await lathe.add_variable(ua.NodeId("state", own), ua.QualifiedName("MachineState", own), ua.UInt32(0))
    words = [ua.LocalizedText("idle"), ua.LocalizedText("running")]
    await state.add_property(0, "EnumStrings", words)
    await lathe.add_variable(ua.NodeId(77, own), ua.QualifiedName("Profile", own), [1.5, 2.5])
    return speed, state


async def structure(server, lathe, own):
    """A variable of a type that the server describes by its definition."""
    await new_struct(server, own, "PoseType", [
        new_struct_field("X", ua.VariantType.Double),
        new_struct_field("Y", ua.VariantType.Double),
        new_struct_field("Note", ua.VariantType.String),
    ])
    await server.load_data_type_definitions()
    return await lathe.add_variable(ua.NodeId("pose", own), ua.QualifiedName("Pose", own), ua.PoseType())


async def alarms(server, lathe):
    """Alarms that have the lathe as their source."""
    generator = await server.get_event_generator(ua.ObjectIds.AlarmConditionType, server.nodes.server)
    generator.event.SourceNode = lathe.nodeid
    generator.event.SourceName = "lathe"
    generator.event.ConditionName = "SpindleHot"
    generator.event.Severity = 750
    return generator


async def tell(generator, active):
    event = generator.event
    event.Retain = active
    setattr(event, "EnabledState/Id", True)
    setattr(event, "ActiveState/Id", active)
    await generator.trigger(message="spindle hot" if active else "cold again")


async def commands(speed, state, pose, generator):
    loop = asyncio.get_running_loop()
    while True:
        words = (await loop.run_in_executor(None, sys.stdin.readline)).split()
        if not words or words[0] == "stop":
            return
        now = datetime.now(timezone.utc)
        if words[0] == "set":
            await speed.write_value(ua.DataValue(ua.Variant(float(words[1]), ua.VariantType.Double), SourceTimestamp=now))
        elif words[0] == "state":
            await state.write_value(ua.DataValue(ua.Variant(int(words[1]), ua.VariantType.UInt32), SourceTimestamp=now))
        elif words[0] == "bad":
            status = ua.StatusCode(ua.StatusCodes.BadSensorFailure)
            await speed.write_value(ua.DataValue(ua.Variant(0.0, ua.VariantType.Double), status, SourceTimestamp=now))
        elif words[0] == "pose":
            await pose.write_value(ua.PoseType(X=float(words[1]), Y=float(words[2]), Note="moved"))
        elif words[0] == "alarm":
            await tell(generator, words[1] == "on")


async def main():
    server = Server()
    await server.init()
    server.set_endpoint("opc.tcp://127.0.0.1:0")
    machinery = await server.register_namespace(MACHINERY)
    own = await server.register_namespace(OWN)
    lathe = await machine(server, machinery, own)
    speed, state = await variables(lathe, own)
    pose = await structure(server, lathe, own)
    generator = await alarms(server, lathe)
    async with server:
        port = server.bserver._server.sockets[0].getsockname()[1]
        print(f"opc.tcp://127.0.0.1:{port}", flush=True)
        await commands(speed, state, pose, generator)


asyncio.run(main())
