namespace Qrator.FilterNode.Http2;

/// <summary>The head of a frame.</summary>
/// <param name="Length">The bytes of its payload, 0 to 16,777,215.</param>
/// <param name="Type">The type, as sent; unknown ones too.</param>
/// <param name="Flags">The flags.</param>
/// <param name="Stream">The stream; 0 for the connection.</param>
public readonly record struct FrameHead(int Length, FrameType Type, byte Flags, int Stream)
{
    /// <summary>ACK of SETTINGS and PING.</summary>
    public const byte Ack = 0x1;

    /// <summary>Whether it acknowledges a frame of ours; meaningful for SETTINGS and PING.</summary>
    public bool IsAck => (Flags & Ack) != 0;
}
