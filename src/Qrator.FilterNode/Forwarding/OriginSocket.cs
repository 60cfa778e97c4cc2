using Qrator.FilterNode.Sockets;

namespace Qrator.FilterNode.Forwarding;

/// <summary>A connection to an origin, ready for requests.</summary>
/// <param name="Stream">What to read and write; TLS where the origin has it.</param>
/// <param name="Socket">The socket below. Closing it ends whatever is under way on the stream.</param>
internal readonly record struct OriginSocket(Stream Stream, LoopSocket Socket);
