using System.Net.Security;
using System.Security.Authentication;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Qrator.FilterNode.Configuration;

namespace Qrator.FilterNode.Connections;

/// <summary>
/// TLS with the certificate of the service that the client names (RFC 6066, section 3). Handshakes that fail are counted, never logged.
/// </summary>
internal sealed class TlsStage
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    // A record with the fatal alert unrecognized_name (RFC 8446, sections 5.1 and 6): before the server's first message alerts are plain.
    private static readonly byte[] UnrecognizedName = [21, 3, 3, 0, 2, 2, 112];

    private readonly ConfigurationDoor _door;
    private readonly ListenerStore _store;

    private TlsStage(ConfigurationDoor door, ListenerStore store)
    {
        _door = door;
        _store = store;
    }

    /// <summary>Puts TLS on a listener, after whatever looks at the connection below it.</summary>
    public static void Use(ListenOptions options, ConfigurationDoor door, ListenerStore store)
    {
        var stage = new TlsStage(door, store);
        options.Use(next => connection => stage.CountAsync(next, connection));
        options.UseHttps(new TlsHandshakeCallbackOptions { OnConnection = stage.ChooseAsync, HandshakeTimeout = Patience });
        options.Use(next => connection =>
        {
            connection.Features.Get<ConnectionFeature>()!.Tls = TlsProgress.Established;
            return next(connection);
        });
    }

    private async Task CountAsync(ConnectionDelegate next, ConnectionContext connection)
    {
        var feature = connection.Features.Get<ConnectionFeature>()!;
        feature.Secured = new(connection.Transport.Output);
        connection.Transport = new ClientHelloPipe(connection.Transport.Input, feature.Secured);
        try
        {
            await next(connection);
        }
        catch (Exception) when (feature.Tls != TlsProgress.Established)
        {
            // A record that is no ClientHello makes .NET throw what Kestrel takes for a defect and logs with a stack trace. Until the
            // handshake is done nothing has run but theirs and the choice of a certificate.
            connection.Abort(new ConnectionAbortedException("not a TLS handshake"));
        }

        if (feature.Tls == TlsProgress.Pending)
        {
            _store.CountDropped(DropReason.TlsHandshake);
        }
    }

    private ValueTask<SslServerAuthenticationOptions> ChooseAsync(TlsHandshakeCallbackContext context)
    {
        var feature = context.Connection.Features.Get<ConnectionFeature>()!;
        var service = _door.Current.HostsOf(feature.Listener).Find(HostName.OfServerName(context.ClientHelloInfo.ServerName));
        return service?.Certificate is ServiceCertificate certificate
            ? ValueTask.FromResult(certificate.Handshake)
            : RefuseAsync(feature, context.CancellationToken);
    }

    private async ValueTask<SslServerAuthenticationOptions> RefuseAsync(ConnectionFeature feature, CancellationToken hurry)
    {
        feature.Tls = TlsProgress.Refused;
        _store.CountDropped(DropReason.UnknownServerName);
        await feature.Transport.Transport.Output.WriteAsync(UnrecognizedName, hurry);
        throw new AuthenticationException("no service answers to the server name");
    }
}
