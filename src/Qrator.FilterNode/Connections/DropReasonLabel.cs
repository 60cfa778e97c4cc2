namespace Qrator.FilterNode.Connections;

/// <summary>The words for <see cref="DropReason"/> in metrics.</summary>
internal static class DropReasonLabel
{
    public static string Of(DropReason reason) => reason switch
    {
        DropReason.OverLimit => "over_limit",
        DropReason.ClientLimit => "client_limit",
        DropReason.Blacklisted => "blacklisted",
        DropReason.UntrustedPeer => "untrusted_peer",
        DropReason.ProxyProtocol => "proxy_protocol",
        DropReason.UnknownServerName => "unknown_sni",
        DropReason.TlsHandshake => "tls_handshake",
        _ => throw new ArgumentOutOfRangeException(nameof(reason)),
    };
}
