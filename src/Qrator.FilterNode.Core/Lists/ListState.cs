namespace Qrator.FilterNode.Lists;

/// <summary>An entry as the tables hold it; times are moments of <see cref="ListTime"/>.</summary>
internal readonly record struct ListState(uint Expires, uint Created, ushort Cause, byte Offences);
