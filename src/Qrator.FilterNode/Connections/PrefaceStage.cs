using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Qrator.FilterNode.Time;

namespace Qrator.FilterNode.Connections;

/// <summary>
/// Lets plain listeners speak HTTP/2 with prior knowledge (RFC 9113, section 3.3) beside HTTP/1.1. Kestrel takes every plain connection
/// for HTTP/1 when both are on; this looks at the first bytes and tells it which one the client speaks.
/// </summary>
internal sealed class PrefaceStage
{
    // Kestrel reads the protocol of a single connection from a feature that it keeps to itself. A test speaks HTTP/2 to a plain
    // listener, so that a runtime without it is noticed.
    private static readonly Type? ProtocolsFeature =
        typeof(KestrelServer).Assembly.GetType("Microsoft.AspNetCore.Server.Kestrel.Core.Internal.HttpProtocolsFeature");

    private readonly NodeClock _clock;

    public PrefaceStage(NodeClock clock) => _clock = clock;

    /// <summary>How long a connection may send nothing at first; <see cref="IdleSweeper"/> ends it then.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromSeconds(10);

    /// <summary>The bytes of the preface.</summary>
    public static int PrefaceLength => Preface.Length;

    private static ReadOnlySpan<byte> Preface => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8;

    /// <summary>Waits for the first bytes.</summary>
    /// <returns>False when the connection ended before its protocol could be told.</returns>
    public async ValueTask<bool> PassAsync(ConnectionContext connection, ConnectionFeature feature)
    {
        feature.SilentSince = _clock.Now;
        feature.Awaits(connection.Transport.Input);
        var beginsWithPreface = await BeginsWithPrefaceAsync(connection.Transport.Input);
        feature.SilentSince = 0;
        feature.StopsAwaiting();
        if (beginsWithPreface is null)
        {
            return false;
        }

        feature.BeginsWithPreface = beginsWithPreface.Value;

        // On TLS the handshake has told the protocol (ALPN), and this stage is the patience with a silent client alone.
        if (beginsWithPreface.Value && ProtocolsFeature is not null && connection.Features.Get<ITlsConnectionFeature>() is null)
        {
            connection.Features[ProtocolsFeature] = Activator.CreateInstance(ProtocolsFeature, HttpProtocols.Http2);
        }

        return true;
    }

    /// <summary>Null when the connection ended before that could be told.</summary>
    private static async ValueTask<bool?> BeginsWithPrefaceAsync(PipeReader input)
    {
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
