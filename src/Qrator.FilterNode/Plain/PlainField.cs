namespace Qrator.FilterNode.Plain;

/// <summary>A header of a <see cref="PlainHead"/>: where its name and value are.</summary>
/// <param name="Name">Where the name begins.</param>
/// <param name="NameLength">The length of the name.</param>
/// <param name="Value">Where the value begins, without the white space around it.</param>
/// <param name="ValueLength">The length of the value.</param>
/// <param name="Kind">What it is to the node.</param>
internal readonly record struct PlainField(ushort Name, ushort NameLength, ushort Value, ushort ValueLength, PlainFieldKind Kind);
