using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Qrator.FilterNode.Clients;

namespace Qrator.FilterNode.Kernel;

/// <summary>
/// Writes what nft(8) is to do, all of it in the one table. The table drops first packets of connections (SYN) alone, so that a request that is
/// still being answered ends as it would without it, and all other packets pass after one comparison. Its hook comes after address translation,
/// where packets have the address that the listener has. Not safe for several threads.
/// </summary>
internal sealed class KernelScript
{
    /// <summary>The one table that is the node's.</summary>
    public const string Table = "table inet filternode";

    /// <summary>Removes the table, also when it is not there.</summary>
    public const string Clean = $"add {Table}\ndelete {Table}\n";

    private readonly StringBuilder _text = new();

    /// <summary>Whether there is anything to do.</summary>
    public bool IsEmpty => _text.Length == 0;

    /// <summary>The name of the set of clients of a family at a listener.</summary>
    public static string SetOf(KernelListener listener, bool ipv4) => $"{(ipv4 ? "blacklist4" : "blacklist6")}-{listener.Word}";

    /// <summary>The name of the counter of a listener.</summary>
    public static string CounterOf(KernelListener listener) => $"dropped-{listener.Word}";

    /// <summary>Puts the whole table anew in the place of what was there, without elements in the blacklists.</summary>
    /// <param name="dropping">The listeners that clients may be dropped at.</param>
    /// <param name="others">Where else the node listens; nobody is dropped there because of a listener for all addresses.</param>
    /// <param name="whitelist">Nobody is ever dropped from there.</param>
    /// <param name="ipv6Prefix">The bits of an IPv6 address that make a client.</param>
    public void Replace(IReadOnlyList<KernelListener> dropping, IReadOnlyList<IPEndPoint> others, IReadOnlyList<NetworkPrefix> whitelist, int ipv6Prefix)
    {
        _text.Append(Clean).Append(Table).Append(" {\n");
        Whitelist("whitelist4", "ipv4_addr", whitelist.Where(prefix => prefix.Address.IsIPv4));
        Whitelist("whitelist6", "ipv6_addr", whitelist.Where(prefix => !prefix.Address.IsIPv4));
        var mask = new ClientKey(ulong.MaxValue, ulong.MaxValue).Prefix(ipv6Prefix);
        foreach (var listener in dropping)
        {
            Line($"  counter {CounterOf(listener)} {{ }}");
            Line($"  set {SetOf(listener, ipv4: true)} {{ type ipv4_addr; flags timeout; }}");
            Line($"  set {SetOf(listener, ipv4: false)} {{ type ipv6_addr; flags timeout; }}");
            Line($"  chain at-{listener.Word} {{");
            Line($"    ip saddr @{SetOf(listener, ipv4: true)} counter name {CounterOf(listener)} drop");
            Line($"    ip6 saddr & {mask} @{SetOf(listener, ipv4: false)} counter name {CounterOf(listener)} drop");
            Line($"  }}");
        }

        Line($"  chain input {{");
        Line($"    type filter hook input priority filter - 10; policy accept;");
        Line($"    tcp flags & (fin | syn | rst | ack) != syn accept");
        Line($"    meta l4proto != tcp accept");
        Line($"    ip saddr @whitelist4 accept");
        Line($"    ip6 saddr @whitelist6 accept");
        Map("ip daddr . tcp dport", Exact(AddressFamily.InterNetwork, dropping, others));
        Map("ip6 daddr . tcp dport", Exact(AddressFamily.InterNetworkV6, dropping, others));
        Map("meta nfproto . tcp dport", Wild(dropping, others));
        Line($"  }}");
        Line($"}}");
    }

    /// <summary>Lets the kernel drop a client at a listener for so long.</summary>
    public void Add(KernelListener listener, in ClientKey client, TimeSpan timeout) =>
        Line($"add element inet filternode {SetOf(listener, client.IsIPv4)} {{ {client} timeout {(long)timeout.TotalMilliseconds}ms }}");

    /// <summary>Takes a client out. It may have ended by itself meanwhile, which would make the deletion fail: it is added before.</summary>
    public void Remove(KernelListener listener, in ClientKey client)
    {
        Line($"add element inet filternode {SetOf(listener, client.IsIPv4)} {{ {client} }}");
        Line($"delete element inet filternode {SetOf(listener, client.IsIPv4)} {{ {client} }}");
    }

    /// <inheritdoc/>
    public override string ToString() => _text.ToString();

    // A listener for one address takes its connections away from one for all on the same port.
    private static IEnumerable<string> Exact(AddressFamily family, IReadOnlyList<KernelListener> dropping, IReadOnlyList<IPEndPoint> others) =>
        dropping.Where(listener => listener.EndPoint.AddressFamily == family && !IsWild(listener.EndPoint)).Select(listener => $"{Address(listener.EndPoint)} . {listener.EndPoint.Port} : goto at-{listener.Word}")
            .Concat(others.Where(other => other.AddressFamily == family && !IsWild(other)).Select(other => $"{Address(other)} . {other.Port} : accept"));

    // Of two for all addresses on one port, that for IPv4 alone comes before [::].
    private static IEnumerable<string> Wild(IReadOnlyList<KernelListener> dropping, IReadOnlyList<IPEndPoint> others) =>
        dropping.Where(listener => IsWild(listener.EndPoint)).Select(listener => (listener.EndPoint, Verdict: $"goto at-{listener.Word}"))
            .Concat(others.Where(IsWild).Select(other => (EndPoint: other, Verdict: "accept")))
            .SelectMany(wild => Families(wild.EndPoint).Select(family => (Key: $"{family} . {wild.EndPoint.Port}", wild.EndPoint, wild.Verdict)))
            .GroupBy(wild => wild.Key, (_, same) => same.OrderBy(wild => wild.EndPoint.AddressFamily == AddressFamily.InterNetwork ? 0 : 1).First())
            .Select(wild => $"{wild.Key} : {wild.Verdict}");

    private static string[] Families(IPEndPoint wild) => wild.AddressFamily == AddressFamily.InterNetwork ? ["ipv4"] : ["ipv4", "ipv6"];

    private static bool IsWild(IPEndPoint endPoint) => endPoint.Address.Equals(IPAddress.Any) || endPoint.Address.Equals(IPAddress.IPv6Any);

    // Without the scope of a link-local address.
    private static IPAddress Address(IPEndPoint endPoint) => new(endPoint.Address.GetAddressBytes());

    private void Whitelist(string name, string type, IEnumerable<NetworkPrefix> prefixes)
    {
        var elements = string.Join(", ", prefixes);
        Line($"  set {name} {{ type {type}; flags interval; auto-merge;{(elements.Length == 0 ? "" : $" elements = {{ {elements} }};")} }}");
    }

    private void Map(string key, IEnumerable<string> elements)
    {
        var joined = string.Join(", ", elements);
        if (joined.Length > 0)
        {
            Line($"    {key} vmap {{ {joined} }}");
        }
    }

    private void Line(FormattableString line) => _text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
