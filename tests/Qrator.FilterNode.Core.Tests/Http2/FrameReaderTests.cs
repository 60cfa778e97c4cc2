using System.Buffers.Binary;

namespace Qrator.FilterNode.Http2;

public sealed class FrameReaderTests
{
    [Fact]
    public void Every_frame_is_found_however_the_bytes_are_cut()
    {
        var random = new SeededRandom();
        for (var round = 0; round < 500; round++)
        {
            var expected = new List<FrameHead>();
            var bytes = new List<byte>(new byte[24]);
            for (var i = random.Next(20); i >= 0; i--)
            {
                var frame = new FrameHead(random.NextBool() ? 0 : random.Next(40), (FrameType)random.Next(12), (byte)random.Next(256), random.Next());
                expected.Add(frame);
                var head = new byte[9];
                head[2] = (byte)frame.Length;
                head[3] = (byte)frame.Type;
                head[4] = frame.Flags;
                BinaryPrimitives.WriteInt32BigEndian(head.AsSpan(5), frame.Stream);
                head[5] |= (byte)(random.NextBool() ? 0x80 : 0);
                bytes.AddRange(head);
                bytes.AddRange(new byte[frame.Length]);
            }

            var reader = new FrameReader(24);
            var found = new List<FrameHead>();
            foreach (var piece in bytes.Chunk(1 + random.Next(30)))
            {
                ReadOnlySpan<byte> rest = piece;
                while (reader.TryRead(ref rest, out var frame))
                {
                    found.Add(frame);
                }

                rest.Length.ShouldBe(0);
            }

            found.ShouldBe(expected, random.ToString());
        }
    }

    [Fact]
    public void The_longest_payload_is_skipped_whole()
    {
        var reader = new FrameReader(0);
        ReadOnlySpan<byte> head = [255, 255, 255, 0, 0, 0, 0, 0, 1];
        reader.TryRead(ref head, out var frame).ShouldBeTrue();
        frame.Length.ShouldBe(0xFF_FFFF);
        ReadOnlySpan<byte> payload = new byte[0xFF_FFFF];
        reader.TryRead(ref payload, out _).ShouldBeFalse();
        ReadOnlySpan<byte> next = [0, 0, 0, 6, 0, 0, 0, 0, 0];
        reader.TryRead(ref next, out frame).ShouldBeTrue();
        frame.Type.ShouldBe(FrameType.Ping);
    }
}
