using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Qrator.FilterNode.SearchEngines;

/// <summary>Questions and answers of the DNS (RFC 1035), as far as names and addresses need them. Answers are taken for hostile.</summary>
internal static class DnsMessage
{
    /// <summary>An IPv4 address of a name.</summary>
    public const ushort Address = 1;

    /// <summary>An IPv6 address of a name (RFC 3596).</summary>
    public const ushort IPv6Address = 28;

    /// <summary>A name of an address.</summary>
    public const ushort Pointer = 12;

    private const int HeaderSize = 12;
    private const int LongestName = 253;
    private const int MostRecords = 32;
    private const int MostJumps = 16;
    private const ushort Internet = 1;

    /// <summary>The question for a record of a name, with recursion. The name MUST be one that <see cref="IsName"/> accepts.</summary>
    public static byte[] Question(ushort id, string name, ushort type)
    {
        var message = new List<byte>(HeaderSize + name.Length + 6);
        AddNumber(message, id);
        AddNumber(message, 0x0100);
        AddNumber(message, 1);
        message.AddRange(new byte[6]);
        foreach (var label in name.TrimEnd('.').Split('.'))
        {
            message.Add((byte)label.Length);
            message.AddRange(Encoding.ASCII.GetBytes(label));
        }

        message.Add(0);
        AddNumber(message, type);
        AddNumber(message, Internet);
        return [.. message];
    }

    /// <summary>Whether a name can be asked for: ASCII labels of 1 to 63 characters, 253 in all.</summary>
    public static bool IsName(string name) =>
        name.TrimEnd('.') is { Length: > 0 and <= LongestName } text && text.Split('.').All(label => label.Length is > 0 and <= 63 && label.All(char.IsAscii));

    /// <summary>Whether a datagram is an answer to a question: the same id and the same question, not an error.</summary>
    public static bool IsAnswerTo(ReadOnlySpan<byte> answer, ReadOnlySpan<byte> question) =>
        answer.Length >= question.Length
        && answer[..2].SequenceEqual(question[..2])
        && (answer[2] & 0x80) != 0
        && (answer[3] & 0x0F) == 0
        && BinaryPrimitives.ReadUInt16BigEndian(answer[4..]) == 1
        && answer[HeaderSize..question.Length].SequenceEqual(question[HeaderSize..]);

    /// <summary>The names in an answer to a question for <see cref="Pointer"/>; those up to the first that is malformed.</summary>
    public static IReadOnlyList<string> Names(byte[] answer, int questionLength) =>
        [.. Records(answer, questionLength, Pointer).Select(record => ReadName(answer, record.At, out _)).OfType<string>()];

    /// <summary>The addresses in an answer to a question for <see cref="Address"/> or <see cref="IPv6Address"/>; those up to the first that is malformed.</summary>
    public static IReadOnlyList<IPAddress> Addresses(byte[] answer, int questionLength, ushort type)
    {
        var length = type == Address ? 4 : 16;
        return [.. Records(answer, questionLength, type).Where(record => record.Length == length).Select(record => new IPAddress(answer.AsSpan(record.At, length)))];
    }

    /// <summary>The name under which the DNS knows the names of an address (RFC 1035, section 3.5; RFC 3596, section 2.5).</summary>
    public static string ReverseName(IPAddress address)
    {
        var bytes = address.GetAddressBytes();
        Array.Reverse(bytes);
        return address.AddressFamily == AddressFamily.InterNetwork
            ? $"{string.Join('.', bytes)}.in-addr.arpa"
            : $"{string.Join('.', bytes.Select(static octet => FormattableString.Invariant($"{octet & 15:x}.{octet >> 4:x}")))}.ip6.arpa";
    }

    private static IEnumerable<(int At, int Length)> Records(byte[] message, int at, ushort wanted)
    {
        const int FixedPart = 10;
        var count = Math.Min((int)BinaryPrimitives.ReadUInt16BigEndian(message.AsSpan(6)), MostRecords);
        for (var i = 0; i < count; i++)
        {
            if (ReadName(message, at, out at) is null || at + FixedPart > message.Length)
            {
                yield break;
            }

            var type = BinaryPrimitives.ReadUInt16BigEndian(message.AsSpan(at));
            var length = BinaryPrimitives.ReadUInt16BigEndian(message.AsSpan(at + FixedPart - 2));
            at += FixedPart;
            if (at + length > message.Length)
            {
                yield break;
            }

            if (type == wanted)
            {
                yield return (at, length);
            }

            at += length;
        }
    }

    // Null when malformed. A compressed name points backwards, but not necessarily; the number of jumps is bounded instead.
    private static string? ReadName(byte[] message, int at, out int end)
    {
        var (text, jumps) = (new StringBuilder(), 0);
        end = -1;
        while (at < message.Length)
        {
            var length = message[at++];
            if (length == 0)
            {
                end = end < 0 ? at : end;
                return text.ToString();
            }

            if (length >= 0xC0 && at < message.Length && ++jumps <= MostJumps)
            {
                end = end < 0 ? at + 1 : end;
                at = ((length & 0x3F) << 8) | message[at];
            }
            else if (length < 64 && at + length <= message.Length && text.Length + length < LongestName)
            {
                text.Append(text.Length > 0 ? "." : "").Append(Encoding.Latin1.GetString(message, at, length));
                at += length;
            }
            else
            {
                return null;
            }
        }

        return null;
    }

    private static void AddNumber(List<byte> message, ushort number)
    {
        message.Add((byte)(number >> 8));
        message.Add((byte)number);
    }
}
