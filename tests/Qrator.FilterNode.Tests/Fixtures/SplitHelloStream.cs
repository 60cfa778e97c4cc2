namespace Qrator.FilterNode.Fixtures;

/// <summary>Sends the first message of a TLS handshake in small packets and, when asked, in small records; all else as it is.</summary>
public sealed class SplitHelloStream(Stream inner, int packetBytes, int? recordBytes = null) : Stream
{
    private bool _sent;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_sent)
        {
            await inner.WriteAsync(buffer, cancellationToken);
            return;
        }

        _sent = true;
        var bytes = recordBytes is { } length ? Split(buffer.ToArray(), length) : buffer.ToArray();
        foreach (var packet in bytes.Chunk(packetBytes))
        {
            await inner.WriteAsync(packet, cancellationToken);
            await inner.FlushAsync(cancellationToken);
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => inner.ReadAsync(buffer, cancellationToken);

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        inner.ReadAsync(buffer, offset, count, cancellationToken);

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public override void Flush() => inner.Flush();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    // A record of a handshake: type 22, version, length (RFC 8446, section 5.1).
    private static byte[] Split(byte[] record, int length) =>
        [.. record[5..].Chunk(length).SelectMany(piece => (byte[])[.. record[..3], (byte)(piece.Length >> 8), (byte)piece.Length, .. piece])];
}
