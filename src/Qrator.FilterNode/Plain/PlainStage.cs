using System.Net.Security;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Qrator.FilterNode.Connections;

namespace Qrator.FilterNode.Plain;

/// <summary>Serves the plain requests of HTTP/1 connections. With the first other request a connection goes on to Kestrel, which keeps it.</summary>
internal sealed class PlainStage
{
    private readonly ConnectionDelegate _next;
    private readonly PlainPath _path;

    public PlainStage(ConnectionDelegate next, PlainPath path)
    {
        _next = next;
        _path = path;
    }

    public Task OnConnectionAsync(ConnectionContext connection)
    {
        var feature = connection.Features.Get<ConnectionFeature>()!;
        return feature.Guard is null || IsHttp2(connection) ? _next(connection) : ServeAsync(connection, feature);
    }

    private async Task ServeAsync(ConnectionContext connection, ConnectionFeature feature)
    {
        var plain = new PlainConnection(connection, feature, _path);
        feature.Plain = plain;
        var goesOn = await plain.ServeAsync();
        feature.Plain = null;
        if (goesOn)
        {
            await _next(connection);
            _path.Forget(feature);
        }
    }

    // Whoever has agreed on HTTP/2 (ALPN) and speaks something else is for Kestrel to refuse.
    private static bool IsHttp2(ConnectionContext connection) =>
        connection.Features.Get<ISslStreamFeature>()?.SslStream.NegotiatedApplicationProtocol == SslApplicationProtocol.Http2;
}
