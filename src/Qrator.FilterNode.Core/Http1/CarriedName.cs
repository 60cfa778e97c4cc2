using System.Runtime.CompilerServices;

namespace Qrator.FilterNode.Http1;

/// <summary>The beginning of a header name whose end has not arrived: as many bytes as the longest name of interest, and one more.</summary>
[InlineArray(Size)]
internal struct CarriedName
{
    /// <summary>Longer than <c>Transfer-Encoding</c>; a longer name is none of interest, whatever follows.</summary>
    public const int Size = 18;

    private byte _first;
}
