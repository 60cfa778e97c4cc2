using System.IO.Pipelines;

namespace Qrator.FilterNode.Plain;

/// <summary>A connection, some bytes of which are read again.</summary>
/// <param name="Input">What comes from the client.</param>
/// <param name="Output">What goes to it.</param>
internal sealed record PutBackPipe(PipeReader Input, PipeWriter Output) : IDuplexPipe;
