namespace Qrator.FilterNode.Geo;

/// <summary>A pointer for <see cref="MmdbDataWriter"/>; it takes the shortest form that fits unless <paramref name="Bytes"/> says 1 to 4.</summary>
internal sealed record MmdbPointer(int Target, int Bytes = 0);
