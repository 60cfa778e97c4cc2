namespace Qrator.FilterNode.Forwarding.Http1;

/// <summary>The name of a response's header.</summary>
/// <param name="Text">The name; two that differ in case alone may have the same.</param>
/// <param name="StaysBehind">Whether the header is not passed on: it speaks of the connection, or of the framing.</param>
internal readonly record struct ResponseHeaderName(string Text, bool StaysBehind);
