using System.Buffers;

namespace Qrator.FilterNode.Transport;

/// <summary>A whole buffer as the one segment of a sequence, so that positions in the sequence are places in the buffer.</summary>
internal sealed class ClientSegment : ReadOnlySequenceSegment<byte>
{
    /// <summary>Shows another buffer.</summary>
    public void Show(byte[] buffer) => Memory = buffer;

    /// <summary>The bytes from one place to another.</summary>
    public ReadOnlySequence<byte> Slice(int start, int end) => new(this, start, this, end);
}
