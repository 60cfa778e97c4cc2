using System.Buffers.Binary;

namespace Qrator.FilterNode.Geo;

/// <summary>
/// The fields of a data or metadata section, one at a time (MaxMind DB format 2.0 specification, "Output Data Section"). Every offset is
/// checked: a field that it returns lies inside the section and has a size that its type allows.
/// </summary>
/// <param name="bytes">The section and nothing else.</param>
/// <param name="fileOffset">Where the section begins in the file, for error messages.</param>
internal readonly ref struct MmdbSection(ReadOnlySpan<byte> bytes, int fileOffset)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private readonly int _fileOffset = fileOffset;

    /// <summary>Bytes in the section.</summary>
    public int Length => _bytes.Length;

    /// <summary>The content of a scalar field of this section.</summary>
    public ReadOnlySpan<byte> Content(MmdbField field) => _bytes.Slice(field.Start, field.Size);

    /// <summary>Decodes the control sequence at <paramref name="offset"/>; a pointer is returned as such.</summary>
    /// <exception cref="MmdbFormatException">No valid field is there.</exception>
    public MmdbField Read(int offset)
    {
        var control = ByteAt(offset, offset);
        var start = offset + 1;
        var type = (MmdbType)(control >> 5);
        if (type == MmdbType.Pointer)
        {
            return ReadPointer(offset, control);
        }

        if (type == 0)
        {
            type = (MmdbType)(7 + ByteAt(start++, offset));
        }

        var size = control & 0x1F;
        if (size >= 29)
        {
            var extra = size - 28;
            size = (extra == 1 ? 29 : extra == 2 ? 285 : 65_821) + (int)BigEndian(start, extra, offset);
            start += extra;
        }

        var field = new MmdbField(type, size, offset, start);
        CheckSize(field);
        return field;
    }

    /// <summary>Decodes the field at <paramref name="offset"/>, or, where that is a pointer, the field that it points to.</summary>
    /// <param name="offset">Where the control byte is.</param>
    /// <param name="end">Behind the pointer when there is one, otherwise behind the control sequence.</param>
    /// <exception cref="MmdbFormatException">No valid field is there, or a pointer points to a pointer.</exception>
    public MmdbField ReadThroughPointer(int offset, out int end)
    {
        var field = Read(offset);
        end = field.Start;
        if (field.Type != MmdbType.Pointer)
        {
            return field;
        }

        var target = Read(field.Size);
        return target.Type == MmdbType.Pointer ? throw Error(offset, "a pointer points to another pointer") : target;
    }

    /// <summary>The value of an unsigned integer field of up to 8 bytes.</summary>
    public ulong Unsigned(MmdbField field) => BigEndian(field.Start, field.Size, field.Offset);

    /// <summary>The exception for a problem at an offset of this section.</summary>
    public MmdbFormatException Error(int offset, string problem) => new((long)_fileOffset + offset, problem);

    private MmdbField ReadPointer(int offset, byte control)
    {
        // Two bits for the number of bytes behind the control byte, three for the top of the value. Each length starts counting where
        // the shorter one ends; the longest is a plain 32-bit number.
        var length = ((control >> 3) & 3) + 1;
        var value = BigEndian(offset + 1, length, offset);
        value = length switch
        {
            1 => ((control & 7u) << 8) + value,
            2 => ((control & 7u) << 16) + value + 2_048,
            3 => ((control & 7u) << 24) + value + 526_336,
            _ => value,
        };
        return value < (ulong)_bytes.Length
            ? new MmdbField(MmdbType.Pointer, (int)value, offset, offset + 1 + length)
            : throw Error(offset, $"a pointer to {value} leaves its section of {_bytes.Length} bytes");
    }

    private void CheckSize(MmdbField field)
    {
        var left = _bytes.Length - field.Start;
        var (largest, needed) = field.Type switch
        {
            MmdbType.Text or MmdbType.Bytes => (int.MaxValue, field.Size),
            MmdbType.Map => (int.MaxValue, 2L * field.Size),
            MmdbType.Array => (int.MaxValue, field.Size),
            MmdbType.Boolean => (1, 0),
            MmdbType.UInt16 => (2, field.Size),
            MmdbType.UInt32 or MmdbType.Int32 => (4, field.Size),
            MmdbType.UInt64 => (8, field.Size),
            MmdbType.UInt128 => (16, field.Size),
            MmdbType.Double when field.Size == 8 => (8, 8),
            MmdbType.Float when field.Size == 4 => (4, 4),
            MmdbType.Double or MmdbType.Float => (-1, 0L),
            _ => throw Error(field.Offset, $"a field of type {(int)field.Type}, which no record may hold"),
        };
        if (field.Size > largest)
        {
            throw Error(field.Offset, $"a field of type {field.Type} with size {field.Size}");
        }

        if (needed > left)
        {
            throw Error(field.Offset, $"a field of type {field.Type} with size {field.Size}, but the section ends after {left} bytes");
        }
    }

    private ulong BigEndian(int start, int length, int fieldOffset)
    {
        if (length > _bytes.Length - start)
        {
            throw Error(fieldOffset, "the field is cut off by the end of its section");
        }

        Span<byte> wide = stackalloc byte[8];
        wide.Clear();
        _bytes.Slice(start, length).CopyTo(wide[(8 - length)..]);
        return BinaryPrimitives.ReadUInt64BigEndian(wide);
    }

    private byte ByteAt(int offset, int fieldOffset) =>
        (uint)offset < (uint)_bytes.Length ? _bytes[offset] : throw Error(fieldOffset, "a field begins or goes on behind the end of its section");
}
