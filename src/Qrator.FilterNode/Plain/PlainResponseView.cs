using System.Text;
using Qrator.FilterNode.Filtering;

namespace Qrator.FilterNode.Plain;

/// <summary>The head of an origin's response to a plain request, as the filters see it.</summary>
internal readonly struct PlainResponseView : IResponseView
{
    private readonly ReadOnlyMemory<byte> _fields;
    private readonly PlainHead _head;

    /// <param name="status">The status code.</param>
    /// <param name="duration">The wait for the head.</param>
    /// <param name="fields">The lines of the headers: name, colon, space, value.</param>
    /// <param name="head">The head of the request, which has room for them as characters.</param>
    public PlainResponseView(int status, TimeSpan duration, ReadOnlyMemory<byte> fields, PlainHead head)
    {
        Status = status;
        Duration = duration;
        _fields = fields;
        _head = head;
    }

    public int Status { get; }

    public TimeSpan Duration { get; }

    public bool TryGetHeader(string name, out ReadOnlySpan<char> value)
    {
        var found = false;
        value = default;
        var bytes = _fields.Span;
        for (var at = 0; at < bytes.Length;)
        {
            var end = at + bytes[at..].IndexOf((byte)'\n') + 1;
            if (end - at > name.Length && bytes[at + name.Length] == ':' && Ascii.EqualsIgnoreCase(bytes.Slice(at, name.Length), name))
            {
                var start = at + name.Length + 2;
                var text = _head.Room(bytes.Length).Slice(start, end - start - 2);
                Encoding.Latin1.GetChars(bytes.Slice(start, text.Length), text);

                // One in nearly every response; several are joined, which allocates.
                value = found ? string.Concat(value, ", ", text) : text;
                found = true;
            }

            at = end;
        }

        return found;
    }
}
