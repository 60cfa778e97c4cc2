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
        DropReason.Http2Flood => "http2_flood",
        DropReason.SlowBody => "slow_body",
        DropReason.SlowReader => "slow_reader",
        _ => throw new ArgumentOutOfRangeException(nameof(reason)),
    };
}
