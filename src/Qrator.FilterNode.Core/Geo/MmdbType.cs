namespace Qrator.FilterNode.Geo;

/// <summary>
/// The types of a field in the data section, with the numbers of the MaxMind DB format 2.0 specification, "Data Field Format". Numbers
/// from 8 on are written as an extended type: 0 in the control byte and the number less 7 in the byte behind it.
/// </summary>
internal enum MmdbType
{
    Pointer = 1,
    Text = 2,
    Double = 3,
    Bytes = 4,
    UInt16 = 5,
    UInt32 = 6,
    Map = 7,
    Int32 = 8,
    UInt64 = 9,
    UInt128 = 10,
    Array = 11,
    CacheContainer = 12,
    EndMarker = 13,
    Boolean = 14,
    Float = 15,
}
