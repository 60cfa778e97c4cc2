using System.Text;

namespace Qrator.FilterNode.Geo;

/// <summary>Finds and checks the metadata at the end of a file (MaxMind DB format 2.0 specification, "Database Metadata").</summary>
internal static class MmdbMetadataReader
{
    /// <summary>Zero bytes between the search tree and the data section.</summary>
    public const int SeparatorBytes = 16;

    /// <summary>The marker and everything behind it may not be longer.</summary>
    private const int MaxMetadataBytes = 128 * 1024;

    private const ulong FormatVersion = 2;

    private static ReadOnlySpan<byte> Marker =>
    [
        0xAB, 0xCD, 0xEF, (byte)'M', (byte)'a', (byte)'x', (byte)'M', (byte)'i', (byte)'n', (byte)'d', (byte)'.', (byte)'c', (byte)'o', (byte)'m',
    ];

    /// <summary>Reads the metadata and checks that the tree it describes fits in front of it.</summary>
    /// <param name="file">The whole file.</param>
    /// <param name="markerOffset">Where the metadata marker begins, which is where the data section ends.</param>
    /// <exception cref="MmdbFormatException">There is no metadata, or it does not fit the format or the file.</exception>
    public static MmdbMetadata Read(ReadOnlySpan<byte> file, out int markerOffset)
    {
        var searchFrom = Math.Max(0, file.Length - MaxMetadataBytes);
        var found = file[searchFrom..].LastIndexOf(Marker);
        if (found < 0)
        {
            throw new MmdbFormatException(searchFrom, $"no MMDB metadata in the last {file.Length - searchFrom} bytes; the file is no MMDB, or its end is missing");
        }

        markerOffset = searchFrom + found;
        var start = markerOffset + Marker.Length;
        var metadata = ReadMap(new MmdbSection(file[start..], start), start);
        CheckTree(file, metadata, markerOffset);
        return metadata;
    }

    private static MmdbMetadata ReadMap(MmdbSection section, int start)
    {
        var decoder = new MmdbDecoder(section);
        decoder.Check(0);
        var map = section.Read(0);
        Require(map.Type == MmdbType.Map, start, $"the metadata is of type {map.Type}; it must be a map");
        var numbers = new Dictionary<string, ulong>();
        string? type = null;
        var cursor = map.Start;
        for (var left = map.Size; left > 0; left--)
        {
            var value = decoder.NextEntry(ref cursor, out var key);
            if (value.Type is MmdbType.UInt16 or MmdbType.UInt32 or MmdbType.UInt64)
            {
                numbers[Encoding.UTF8.GetString(key)] = section.Unsigned(value);
            }
            else if (value.Type == MmdbType.Text && key.SequenceEqual("database_type"u8))
            {
                type = Encoding.UTF8.GetString(section.Content(value));
            }
        }

        ulong Number(string key) => numbers.TryGetValue(key, out var value)
            ? value
            : throw new MmdbFormatException(start, $"the metadata has no {key}, or it is no unsigned number");

        Require(type is not null, start, "the metadata has no database_type, or it is no text");
        return Check(start, type!, Number("binary_format_major_version"), Number("build_epoch"), Number("node_count"), Number("record_size"), Number("ip_version"));
    }

    private static MmdbMetadata Check(int start, string type, ulong version, ulong epoch, ulong nodes, ulong recordSize, ulong ipVersion)
    {
        var lastSecond = (ulong)DateTimeOffset.MaxValue.ToUnixTimeSeconds();
        Require(version == FormatVersion, start, $"binary_format_major_version is {version}; only {FormatVersion} can be read");
        Require(recordSize is 24 or 28 or 32, start, $"record_size is {recordSize}; it must be 24, 28 or 32");
        Require(ipVersion is 4 or 6, start, $"ip_version is {ipVersion}; it must be 4 or 6");
        Require(nodes is > 0 and < int.MaxValue, start, $"node_count is {nodes}; it must be 1 to {int.MaxValue - 1}");
        Require(epoch <= lastSecond, start, $"build_epoch is {epoch}; it must be seconds since 1970, at most {lastSecond}");
        return new(type, DateTimeOffset.FromUnixTimeSeconds((long)epoch), (int)nodes, (int)recordSize, (int)ipVersion);
    }

    private static void CheckTree(ReadOnlySpan<byte> file, MmdbMetadata metadata, int markerOffset)
    {
        var treeBytes = (long)metadata.NodeCount * metadata.BytesPerNode;
        Require(
            treeBytes + SeparatorBytes <= markerOffset,
            markerOffset,
            $"the metadata begins here, but {metadata.NodeCount} nodes of two {metadata.RecordSize} bit records need {treeBytes + SeparatorBytes} bytes in front of it");
        Require(
            !file.Slice((int)treeBytes, SeparatorBytes).ContainsAnyExcept((byte)0),
            treeBytes,
            $"the {SeparatorBytes} bytes between tree and data are not zero; node_count or record_size is wrong, or the file is damaged");
    }

    private static void Require(bool holds, long offset, string otherwise)
    {
        if (!holds)
        {
            throw new MmdbFormatException(offset, otherwise);
        }
    }
}
