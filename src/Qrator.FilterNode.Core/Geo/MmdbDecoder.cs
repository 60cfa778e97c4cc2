namespace Qrator.FilterNode.Geo;

/// <summary>
/// Walks over whole values of a section with bounded work: however a file nests, overlaps or points, all calls together cost no more
/// than a fixed multiple of the section's length, and the stack no more than <see cref="MaxDepth"/> levels.
/// </summary>
/// <param name="section">The section; kept, not copied.</param>
internal ref struct MmdbDecoder(MmdbSection section)
{
    /// <summary>Levels of maps, arrays and pointers in one value. Country and city data have about five.</summary>
    public const int MaxDepth = 64;

    /// <summary>
    /// An honest file is read once, and once more for each value that something inside it is pointed to from elsewhere.
    /// </summary>
    private const int StepsPerByte = 16;

    private const int FreeSteps = 65_536;

    private readonly HashSet<int> _checkedTargets = [];
    private long _stepsLeft = ((long)section.Length * StepsPerByte) + FreeSteps;

    /// <summary>The section that is read.</summary>
    public MmdbSection Section { get; } = section;

    /// <summary>Checks the value at <paramref name="offset"/> completely, with everything that it points to.</summary>
    /// <exception cref="MmdbFormatException">The value cannot be decoded.</exception>
    public void Check(int offset) => Pass(offset, 0, follow: true);

    /// <summary>
    /// The entry of a map at <paramref name="cursor"/>, which is the start of the map's content at first, and is moved to the next entry.
    /// </summary>
    /// <returns>The value, through its pointer if it has one.</returns>
    public MmdbField NextEntry(ref int cursor, out ReadOnlySpan<byte> key)
    {
        key = Section.Content(ReadKey(ref cursor));
        var value = Section.ReadThroughPointer(cursor, out _);
        cursor = Pass(cursor, 0, follow: false);
        return value;
    }

    private int Pass(int offset, int depth, bool follow)
    {
        if (depth > MaxDepth)
        {
            throw Section.Error(offset, $"values nest, or point in a circle, over {MaxDepth} levels deep");
        }

        var field = Step(offset);
        if (field.Type == MmdbType.Pointer)
        {
            if (follow)
            {
                PassTarget(field, depth);
            }

            return field.End;
        }

        return field.IsContainer ? PassContent(field, depth, follow) : field.End;
    }

    private void PassTarget(MmdbField pointer, int depth)
    {
        Section.ReadThroughPointer(pointer.Offset, out _);
        if (!_checkedTargets.Contains(pointer.Size))
        {
            Pass(pointer.Size, depth + 1, follow: true);
            _checkedTargets.Add(pointer.Size);
        }
    }

    private int PassContent(MmdbField container, int depth, bool follow)
    {
        var cursor = container.Start;
        for (var left = container.Size; left > 0; left--)
        {
            if (container.Type == MmdbType.Map)
            {
                ReadKey(ref cursor);
            }

            cursor = Pass(cursor, depth + 1, follow);
        }

        return cursor;
    }

    private MmdbField ReadKey(ref int cursor)
    {
        var offset = cursor;
        Step(offset);
        var key = Section.ReadThroughPointer(offset, out cursor);
        if (key.Type != MmdbType.Text)
        {
            throw Section.Error(offset, $"the key of a map is of type {key.Type}; it must be text");
        }

        cursor = key.Offset == offset ? key.End : cursor;
        return key;
    }

    private MmdbField Step(int offset) => _stepsLeft-- > 0
        ? Section.Read(offset)
        : throw Section.Error(offset, $"values overlap so much that reading them takes over {StepsPerByte} steps a byte");
}
