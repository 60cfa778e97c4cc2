using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Qrator.FilterNode.Connections;

/// <summary>
/// Lets plain listeners speak HTTP/2 with prior knowledge (RFC 9113, section 3.3) beside HTTP/1.1. Kestrel takes every plain connection
/// for HTTP/1 when both are on; this looks at the first bytes and tells it which one the client speaks.
/// </summary>
internal sealed class PrefaceStage
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    // Kestrel reads the protocol of a single connection from a feature that it keeps to itself. A test speaks HTTP/2 to a plain
    // listener, so that a runtime without it is noticed.
    private static readonly Type? ProtocolsFeature =
        typeof(KestrelServer).Assembly.GetType("Microsoft.AspNetCore.Server.Kestrel.Core.Internal.HttpProtocolsFeature");

    private readonly ConnectionDelegate _next;
    private readonly TimeProvider _time;

    public PrefaceStage(ConnectionDelegate next, TimeProvider time)
    {
        _next = next;
        _time = time;
    }

    /// <summary>The bytes of the preface.</summary>
    public static int PrefaceLength => Preface.Length;

    private static ReadOnlySpan<byte> Preface => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8;

    public async Task OnConnectionAsync(ConnectionContext connection)
    {
        // In a method of its own, so that nothing of it is kept for as long as the connection lives.
        if (await TryTellAsync(connection))
        {
            await _next(connection);
        }
    }

    /// <summary>False when the connection ended before its protocol could be told.</summary>
    private async Task<bool> TryTellAsync(ConnectionContext connection)
    {
        using (connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested.UnsafeRegister(static input => ((PipeReader)input!).CancelPendingRead(), connection.Transport.Input))
        await using (_time.CreateTimer(static c => ((ConnectionContext)c!).Abort(new ConnectionAbortedException("silent")), connection, Patience, Timeout.InfiniteTimeSpan))
        {
            var beginsWithPreface = await BeginsWithPrefaceAsync(connection);
            if (beginsWithPreface is null)
            {
                return false;
            }

            connection.Features.Get<ConnectionFeature>()!.BeginsWithPreface = beginsWithPreface.Value;

            // On TLS the handshake has told the protocol (ALPN), and this stage is the patience with a silent client alone.
            if (beginsWithPreface.Value && ProtocolsFeature is not null && connection.Features.Get<ITlsConnectionFeature>() is null)
            {
                connection.Features[ProtocolsFeature] = Activator.CreateInstance(ProtocolsFeature, HttpProtocols.Http2);
            }

            return true;
        }
    }

    /// <summary>Null when the connection ended before that could be told.</summary>
    private static async ValueTask<bool?> BeginsWithPrefaceAsync(ConnectionContext connection)
    {
        var input = connection.Transport.Input;
        try
        {
            while (true)
            {
                var read = await input.ReadAsync();
                var start = read.Buffer.Start;
                var same = SharedLength(read.Buffer);
                if (same == Preface.Length || same < Math.Min(read.Buffer.Length, Preface.Length))
                {
                    input.AdvanceTo(start);
                    return same == Preface.Length;
                }

                // Nothing but a beginning of the preface so far.
                input.AdvanceTo(start, read.Buffer.End);
                if (read.IsCompleted || read.IsCanceled)
                {
                    return null;
                }
            }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            return null;
        }
    }

    private static int SharedLength(in System.Buffers.ReadOnlySequence<byte> buffer)
    {
        var length = 0;
        foreach (var segment in buffer)
        {
            var shared = segment.Span.CommonPrefixLength(Preface[length..]);
            length += shared;
            if (shared < segment.Length || length == Preface.Length)
            {
                break;
            }
        }

        return length;
    }
}
