using System.Buffers.Binary;
using Qrator.FilterNode.Clients;

namespace Qrator.FilterNode.Geo;

public sealed class MmdbFuzzTests
{
    private const int Files = 40_000;

    [Fact]
    public void Damaged_files_are_refused_or_answer_and_never_do_anything_else()
    {
        var random = new SeededRandom();
        var originals = new[] { 24, 28, 32 }.SelectMany(size => new[] { Original(size, 4), Original(size, 6) }).ToArray();
        var loaded = 0;
        for (var i = 0; i < Files; i++)
        {
            var file = Mutate(random, random.Pick(originals));
            try
            {
                loaded += LoadAndAsk(random, file) ? 1 : 0;
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"{random}, file {i}", e);
            }
        }

        // Both outcomes have to be common, or the mutations test nothing.
        loaded.ShouldBeInRange(Files / 10, Files * 9 / 10);
    }

    private static bool LoadAndAsk(SeededRandom random, byte[] file)
    {
        MmdbCountryLookup lookup;
        try
        {
            lookup = MmdbCountryLookup.Load(file);
        }
        catch (MmdbFormatException e)
        {
            e.Offset.ShouldBeInRange(0, file.Length);
            return false;
        }

        for (var i = 0; i < 64; i++)
        {
            lookup.Find(ClientKey.FromIPv4((uint)random.NextInt64(1L << 32))).Index.ShouldBeInRange(0, 676);
            lookup.Find(new ClientKey(random.NextUInt64() >> random.Next(64), random.NextUInt64())).Index.ShouldBeInRange(0, 676);
        }

        return true;
    }

    private static byte[] Mutate(SeededRandom random, (byte[] File, int Nodes, int RecordSize) original)
    {
        var (file, nodes, recordSize) = ((byte[])original.File.Clone(), original.Nodes, original.RecordSize);
        var tree = nodes * recordSize / 4;
        for (var times = random.Next(1, 4); times > 0; times--)
        {
            switch (random.Next(11))
            {
                case 0: FlipBits(random, file, 0, file.Length, 8); break;
                case 1 or 8 or 9 or 10: FlipBits(random, file, Math.Min(tree + 16, file.Length), file.Length, 1); break;
                case 2: file = file[..random.Next(file.Length + 1)]; break;
                case 3: file = CutOut(random, file); break;
                case 4: OverwriteRecord(random, file, tree, nodes, recordSize); break;
                case 5: WildPointer(random, file, tree); break;
                case 6: file = Repeat(random, file); break;
                default: FlipBits(random, file, 0, Math.Min(tree, file.Length), 1); break;
            }
        }

        return file;
    }

    private static void FlipBits(SeededRandom random, byte[] file, int from, int to, int most)
    {
        for (var count = random.Next(1, most + 1); count > 0 && from < to; count--)
        {
            file[random.Next(from, to)] ^= (byte)(1 << random.Next(8));
        }
    }

    private static byte[] CutOut(SeededRandom random, byte[] file)
    {
        var from = random.Next(file.Length + 1);
        var to = Math.Min(file.Length, from + random.Next(1, 40));
        return [.. file[..from], .. file[to..]];
    }

    private static byte[] Repeat(SeededRandom random, byte[] file)
    {
        var from = random.Next(file.Length + 1);
        var to = Math.Min(file.Length, from + random.Next(1, 40));
        return [.. file[..to], .. file[from..]];
    }

    // Any node, which often makes a circle, or anything around the limits of the data section.
    private static void OverwriteRecord(SeededRandom random, byte[] file, int tree, int nodes, int recordSize)
    {
        if (file.Length < tree)
        {
            return;
        }

        var value = random.NextBool() ? random.Next(nodes) : random.Next(nodes, file.Length + 64);
        var record = file.AsSpan(random.Next(nodes) * recordSize / 4, 3);
        record[0] = (byte)(value >> 16);
        record[1] = (byte)(value >> 8);
        record[2] = (byte)value;
    }

    private static void WildPointer(SeededRandom random, byte[] file, int tree)
    {
        if (file.Length > tree + 24)
        {
            var at = random.Next(tree + 16, file.Length - 5);
            file[at] = (byte)(0x20 | random.Next(32));
            BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(at + 1), random.NextBool() ? random.Next() : random.Next(64) << 16);
        }
    }

    private static (byte[] File, int Nodes, int RecordSize) Original(int recordSize, int ipVersion)
    {
        var writer = new MmdbWriter(recordSize, ipVersion);
        var shared = writer.Data.Write(new (object, object)[] { ("iso_code", "GR"), ("names", new (object, object)[] { ("en", "Greece") }) });
        writer.Add("10.0.0.0/8", MmdbRecords.Flat("RU")).Add("10.64.0.0/10", MmdbRecords.Nested("US"));
        writer.Add("172.16.0.0/12", new (object, object)[] { ("country", new MmdbPointer(shared)), ("is", true), ("at", 1.5), ("list", new object[] { 1u, 2UL }) });
        if (ipVersion == 6)
        {
            writer.Add("2001:db8::/32", new (object, object)[] { ("registered_country", new MmdbPointer(shared, 4)) });
        }

        return (writer.Build(), writer.Nodes.Count, recordSize);
    }
}
