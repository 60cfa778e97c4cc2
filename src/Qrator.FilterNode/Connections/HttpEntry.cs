using System.Net.Security;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Qrator.FilterNode.Guarding;
using Qrator.FilterNode.Plain;

namespace Qrator.FilterNode.Connections;

/// <summary>
/// The way of a connection, out of TLS, from its first byte to the first request that is no plain one: with that it goes to Kestrel, which keeps it.
/// Safe for any number of threads.
/// </summary>
internal sealed class HttpEntry
{
    private readonly PrefaceStage _preface;
    private readonly GuardStage _guard;
    private readonly PlainPath _plain;

    public HttpEntry(PrefaceStage preface, GuardStage guard, PlainPath plain)
    {
        _preface = preface;
        _guard = guard;
        _plain = plain;
    }

    /// <summary>Finds out what a connection speaks, and guards it.</summary>
    /// <returns>False when it has ended before.</returns>
    public async ValueTask<bool> OpenAsync(ConnectionContext connection, ConnectionFeature feature)
    {
        if (!await _preface.PassAsync(connection, feature))
        {
            return false;
        }

        _guard.Pass(connection, feature);
        return true;
    }

    /// <summary>Serves the plain requests of a connection that was opened.</summary>
    /// <returns>True when it goes to Kestrel, with <see cref="GoOn"/> before its first read; false when it has ended.</returns>
    public Task<bool> ServeAsync(ConnectionContext connection, ConnectionFeature feature) =>
        feature.Guard is null || HasAgreedOnHttp2(connection) ? Task.FromResult(true) : new PlainConnection(connection, feature, _plain).ServeAsync();

    /// <summary>
    /// Kestrel goes on with a connection, and has put its features there. The request that has come whole is read, also when the client has ended its side
    /// behind it, and answered, also when the node stops.
    /// </summary>
    public static void GoOn(ConnectionContext connection)
    {
        var feature = connection.Features.Get<ConnectionFeature>()!;
        feature.Transport.WithholdEnd();
        if (feature.Guard is { HasMessage: true } && connection.Features.Get<IConnectionLifetimeNotificationFeature>() is { } stop)
        {
            connection.Features.Set<IConnectionLifetimeNotificationFeature>(feature.LateStop = new(stop));
        }
    }

    /// <summary>The connection is over.</summary>
    public void Forget(ConnectionFeature feature) => _plain.Forget(feature);

    // Whoever has agreed on HTTP/2 (ALPN) and speaks something else is for Kestrel to refuse.
    private static bool HasAgreedOnHttp2(ConnectionContext connection) =>
        connection.Features.Get<ISslStreamFeature>()?.SslStream.NegotiatedApplicationProtocol == SslApplicationProtocol.Http2;
}
