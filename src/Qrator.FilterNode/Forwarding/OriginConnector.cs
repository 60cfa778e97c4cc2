using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
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
    private readonly OriginSnapshot _origin;
    private readonly TimeSpan _patience;
    private readonly SslClientAuthenticationOptions? _tls;
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
        _tls = origin.Tls is null ? null : OptionsFor(origin.Tls, origin.Protocol);
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

            if (_tls is not null)
            {
                var secured = new SslStream(stream);
                stream = secured;
                await secured.AuthenticateAsClientAsync(_tls, either);
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
