using System.Net;
using System.Text.Json;
using Qrator.FilterNode.Clients;

namespace Qrator.FilterNode.Kernel;

/// <summary>Reads what nft prints in JSON (libnftables-json(5)). What is not of the node's table, or of an unknown form, is passed over.</summary>
internal static class KernelDump
{
    private const string Family = "inet";
    private const string Name = "filternode";

    /// <summary>Who is in the sets, by the name of the set.</summary>
    public static IEnumerable<(string Set, ClientKey Client)> Elements(string json)
    {
        foreach (var set in Objects(json, "set"))
        {
            if (!set.TryGetProperty("elem", out var elements) || elements.ValueKind != JsonValueKind.Array)
            {
                continue;
            }

            foreach (var element in elements.EnumerateArray())
            {
                // An element with a timeout is { "elem": { "val": ..., "timeout": ..., "expires": ... } }.
                var value = element.ValueKind == JsonValueKind.Object && element.TryGetProperty("elem", out var inner) && inner.TryGetProperty("val", out var held) ? held : element;
                if (value.ValueKind == JsonValueKind.String && IPAddress.TryParse(value.GetString(), out var address))
                {
                    yield return (NameOf(set), ClientKey.FromAddress(address));
                }
            }
        }
    }

    /// <summary>The counters by their names.</summary>
    public static IEnumerable<(string Counter, long Packets, long Bytes)> Counters(string json) =>
        Objects(json, "counter").Select(counter => (NameOf(counter), Number(counter, "packets"), Number(counter, "bytes")));

    private static IEnumerable<JsonElement> Objects(string json, string kind)
    {
        using var document = Parse(json);
        if (!document.RootElement.TryGetProperty("nftables", out var objects) || objects.ValueKind != JsonValueKind.Array)
        {
            yield break;
        }

        foreach (var listed in objects.EnumerateArray())
        {
            if (listed.ValueKind == JsonValueKind.Object && listed.TryGetProperty(kind, out var found) && Text(found, "family") == Family && Text(found, "table") == Name)
            {
                yield return found;
            }
        }
    }

    private static JsonDocument Parse(string json)
    {
        try
        {
            return JsonDocument.Parse(json);
        }
        catch (JsonException exception)
        {
            throw new KernelException(KernelTrouble.Failed, $"nft printed what is no JSON: {exception.Message}");
        }
    }

    private static string NameOf(JsonElement named) => Text(named, "name") ?? "";

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null;

    private static long Number(JsonElement element, string name) =>
        element.TryGetProperty(name, out var number) && number.TryGetInt64(out var value) ? value : 0;
}
