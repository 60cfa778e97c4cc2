using Microsoft.AspNetCore.Http.Features;
using Qrator.FilterNode.Requests;

namespace Qrator.FilterNode.WebSockets;

/// <summary>Both ways to a WebSocket, HTTP/1.1 upgrade and extended CONNECT (RFC 8441), whose stream the node can end when it stops.</summary>
internal sealed class EndableWebSocket : IHttpUpgradeFeature, IHttpExtendedConnectFeature, IDisposable
{
    private readonly IHttpUpgradeFeature? _upgrade;
    private readonly IHttpExtendedConnectFeature? _connect;
    private readonly RequestFeature _request;
    private readonly CancellationToken _stopping;
    private CancellationTokenRegistration _onStop;

    public EndableWebSocket(IHttpUpgradeFeature? upgrade, IHttpExtendedConnectFeature? connect, RequestFeature request, CancellationToken stopping)
    {
        _upgrade = upgrade;
        _connect = connect;
        _request = request;
        _stopping = stopping;
    }

    public bool IsUpgradableRequest => _upgrade?.IsUpgradableRequest == true;

    public bool IsExtendedConnect => _connect?.IsExtendedConnect == true;

    public string? Protocol => _connect?.Protocol;

    public async Task<Stream> UpgradeAsync() => Watched(await _upgrade!.UpgradeAsync());

    public async ValueTask<Stream> AcceptAsync() => Watched(await _connect!.AcceptAsync());

    public void Dispose() => _onStop.Dispose();

    private WebSocketStream Watched(Stream client)
    {
        var stream = new WebSocketStream(client, _request.Exchange!, _request.Connection.Streams);
        _onStop = _stopping.UnsafeRegister(static stream => _ = ((WebSocketStream)stream!).EndAsync(), stream);
        return stream;
    }
}
