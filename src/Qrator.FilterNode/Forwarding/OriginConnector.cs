using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Qrator.FilterNode.Origins;
using Qrator.FilterNode.Sockets;
using Qrator.FilterNode.Time;

namespace Qrator.FilterNode.Forwarding;

/// <summary>
/// Opens connections to one origin, TLS included, each attempt with a time of its own, and tells the origin's store how it went. Safe for
/// any number of threads.
/// </summary>
internal sealed class OriginConnector
{
    // The purpose for which a server's certificate is made (RFC 5280, section 4.2.1.12).
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    private readonly OriginSnapshot _origin;
    private readonly TimeSpan _patience;
    private readonly NodeClock _clock;
    private readonly TimeProvider _time;
    private readonly bool _isFair;

    /// <param name="origin">Where to.</param>
    /// <param name="patience">How long an attempt may take.</param>
    /// <param name="clock">The node's clock.</param>
    /// <param name="time">The time that attempts are bounded with.</param>
    /// <param name="isFair">Whether the connections leave their threads now and then, for users that never do (<see cref="FairStream"/>).</param>
    public OriginConnector(OriginSnapshot origin, TimeSpan patience, NodeClock clock, TimeProvider time, bool isFair = false)
    {
        _origin = origin;
        _patience = patience;
        _clock = clock;
        _time = time;
        _isFair = isFair;
    }

    /// <summary>A connection, ready for requests.</summary>
    /// <exception cref="OriginConnectException">None came about in time.</exception>
    /// <exception cref="OperationCanceledException">Nobody wants it any more.</exception>
    public async ValueTask<OriginSocket> ConnectAsync(CancellationToken cancelled)
    {
        using var patience = new CancellationTokenSource(_patience, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancelled, patience.Token);
        try
        {
            if (await _origin.Store.Gate.EnterAsync(_clock.Now, either.Token) is { } failed)
            {
                throw new OriginConnectException(failed);
            }
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            throw new OriginConnectException(OriginFailure.ConnectTimeout);
        }

        return await OpenAsync(patience.Token, either.Token);
    }

    private static SslClientAuthenticationOptions OptionsFor(OriginTls tls, OriginProtocol protocol) => new()
    {
        TargetHost = tls.HostName,
        ApplicationProtocols = [protocol == OriginProtocol.Http2 ? SslApplicationProtocol.Http2 : SslApplicationProtocol.Http11],
        RemoteCertificateValidationCallback = tls.VerifyCertificate ? null : static (_, _, _, _) => true,

        // What an origin does not send of its chain is not fetched: that would keep the thread, which serves many, waiting for somebody else's server.
        CertificateChainPolicy = new()
        {
            DisableCertificateDownloads = true,
            RevocationMode = X509RevocationMode.NoCheck,
            ApplicationPolicy = { new Oid(ServerAuthentication) },
        },
    };

    private async ValueTask<OriginSocket> OpenAsync(CancellationToken patience, CancellationToken either)
    {
        Stream? stream = null;
        try
        {
            // Fails when there are no file descriptors left.
            var connection = await LoopStream.ConnectAsync(_origin.Address.EndPoint, either);
            stream = connection;
            if (_isFair)
            {
                stream = new FairStream(stream);
            }

            if (_origin.Tls is { } tls)
            {
                var secured = new SslStream(stream);
                stream = secured;
                await secured.AuthenticateAsClientAsync(OptionsFor(tls, _origin.Protocol), either);
                if (_origin.Protocol == OriginProtocol.Http2 && secured.NegotiatedApplicationProtocol != SslApplicationProtocol.Http2)
                {
                    throw new AuthenticationException("the origin does not offer HTTP/2");
                }
            }

            _origin.Store.Gate.Succeed(_clock.Now);
            return new(stream, connection.Socket);
        }
        catch (Exception exception)
        {
            stream?.Dispose();
            if (exception is OperationCanceledException && !patience.IsCancellationRequested)
            {
                _origin.Store.Gate.Abandon(_clock.Now);
                throw;
            }

            var reason = ReasonOf(exception);
            _origin.Store.CountFailure(reason);
            _origin.Store.Gate.Fail(_clock.Now, reason);
            throw new OriginConnectException(reason);
        }
    }

    private static string ReasonOf(Exception exception) => exception switch
    {
        OperationCanceledException => OriginFailure.ConnectTimeout,
        SocketException { SocketErrorCode: SocketError.ConnectionRefused } => OriginFailure.Refused,
        SocketException { SocketErrorCode: SocketError.TimedOut } => OriginFailure.ConnectTimeout,
        SocketException { SocketErrorCode: SocketError.AddressNotAvailable or SocketError.TooManyOpenSockets or SocketError.NoBufferSpaceAvailable }
            => OriginFailure.Local,
        AuthenticationException or IOException => OriginFailure.Tls,
        _ => OriginFailure.Unreachable,
    };
}
