using System.Text.Json;
using Qrator.FilterNode.Clients;
using Qrator.FilterNode.Lists;

namespace Qrator.FilterNode.Admin.Api;

/// <summary>Changes of a list: everything is checked before anything is done.</summary>
internal static class ListChanges
{
    public static ApiAnswer Append(ApiCall call, ListKind kind)
    {
        if (call.Params.ValueKind != JsonValueKind.Array)
        {
            return ApiAnswer.Wrong($"params: {ApiText.Show(call.Params)}; [[\"203.0.113.7\", 3600, \"comment\"], ...]");
        }

        var identity = call.Service.Store.Lists.Identity;
        var entries = new List<(NetworkPrefix Key, int Seconds, string Comment)>(call.Params.GetArrayLength());
        foreach (var item in call.Params.EnumerateArray())
        {
            if (!TryEntry(item, out var entry, out var problem))
            {
                return ApiAnswer.Wrong($"params[{entries.Count}]{problem}");
            }

            if (!ListRules.Accept(kind, entry.Key, identity, out problem))
            {
                return ApiAnswer.Wrong($"params[{entries.Count}][0]: {problem}");
            }

            entries.Add(entry);
        }

        var now = call.Clock.Now;
        foreach (var (key, seconds, comment) in entries)
        {
            call.Service.Store.Lists.Append(kind, key, now, seconds == 0 ? null : now + (seconds * TimeSpan.TicksPerSecond), comment);
        }

        return ApiAnswer.Of(entries.Count);
    }

    public static ApiAnswer Remove(ApiCall call, ListKind kind)
    {
        if (call.Params.ValueKind != JsonValueKind.Array)
        {
            return ApiAnswer.Wrong($"params: {ApiText.Show(call.Params)}; [\"203.0.113.7\", ...]");
        }

        var keys = new List<NetworkPrefix>(call.Params.GetArrayLength());
        foreach (var item in call.Params.EnumerateArray())
        {
            if (!ApiText.TryAddress(item, out var key, out var problem))
            {
                return ApiAnswer.Wrong($"params[{keys.Count}]: {problem}");
            }

            keys.Add(key);
        }

        return ApiAnswer.Of(keys.Count(key => call.Service.Store.Remove(kind, key, call.Clock.Now)));
    }

    private static bool TryEntry(JsonElement item, out (NetworkPrefix Key, int Seconds, string Comment) entry, out string problem)
    {
        entry = (null!, 0, "");
        var length = item.ValueKind == JsonValueKind.Array ? item.GetArrayLength() : 0;
        if (length is not (2 or 3))
        {
            problem = item.ValueKind == JsonValueKind.Array
                ? $": {length} values; address, seconds and, if wanted, a comment"
                : $": {ApiText.Show(item)}; an array of address, seconds and, if wanted, a comment";
            return false;
        }

        if (!ApiText.TryAddress(item[0], out entry.Key, out problem))
        {
            problem = $"[0]: {problem}";
            return false;
        }

        if (!ApiText.TrySeconds(item[1], out entry.Seconds, out problem))
        {
            problem = $"[1]: {problem}";
            return false;
        }

        if (length == 3 && !ApiText.TryComment(item[2], out entry.Comment, out problem))
        {
            problem = $"[2]: {problem}";
            return false;
        }

        return true;
    }
}
