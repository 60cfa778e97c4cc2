namespace Qrator.FilterNode.Clients.ProxyProtocol;

/// <summary>What was read of a PROXY protocol header.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Length">The bytes of a whole header, behind which the connection's own bytes begin; otherwise 0.</param>
/// <param name="Source">The visitor's whole address; only with <see cref="ProxyHeaderKind.Source"/>.</param>
public readonly record struct ProxyHeader(ProxyHeaderKind Kind, int Length, ClientKey Source)
{
    /// <summary>The most bytes that a header may have, far above what load balancers send.</summary>
    public const int Longest = 4096;

    internal static ProxyHeader Incomplete => new(ProxyHeaderKind.Incomplete, 0, default);

    internal static ProxyHeader Malformed => new(ProxyHeaderKind.Malformed, 0, default);

    /// <summary>
    /// Reads the header that a connection begins with, by the rules for receivers in the PROXY protocol's specification
    /// (https://www.haproxy.org/download/2.9/doc/proxy-protocol.txt, sections 2.1 and 2.2). Both versions are taken. Touches nothing but
    /// <paramref name="bytes"/>, never throws, allocates nothing for version 2. Every beginning of a header is
    /// <see cref="ProxyHeaderKind.Incomplete"/>; what can no longer become a header is malformed at once. Safe for any number of threads.
    /// </summary>
    /// <param name="bytes">The bytes received so far. More than <see cref="Longest"/> change nothing.</param>
    public static ProxyHeader Read(ReadOnlySpan<byte> bytes) => bytes.IsEmpty
        ? Incomplete
        : bytes[0] == ProxyHeaderBinary.Signature[0] ? ProxyHeaderBinary.Read(bytes) : ProxyHeaderText.Read(bytes);

    internal static ProxyHeader FromSender(int length) => new(ProxyHeaderKind.Sender, length, default);

    internal static ProxyHeader From(in ClientKey source, int length) => new(ProxyHeaderKind.Source, length, source);
}
