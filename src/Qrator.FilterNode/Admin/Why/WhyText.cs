using System.Text;
using System.Text.Json;

namespace Qrator.FilterNode.Admin.Why;

/// <summary>Puts the answer of <c>ip_status</c> into words: one paragraph a service, with what can be done in lines below.</summary>
internal static class WhyText
{
    /// <summary>The text, which ends with a line end.</summary>
    /// <param name="status">The result of the method.</param>
    /// <param name="only">Only this service; null for all.</param>
    public static string Of(JsonElement status, string? only)
    {
        var text = new StringBuilder();
        var (address, client, country) = (Text(status, "address"), Text(status, "client"), Text(status, "country"));
        text.Append(address);
        text.Append(client == address ? "" : $", client {client}").Append(country is null ? "" : $", country {country}").AppendLine();
        foreach (var service in status.GetProperty("services").EnumerateArray())
        {
            if (only is null || string.Equals(Text(service, "service"), only, StringComparison.OrdinalIgnoreCase))
            {
                text.AppendLine();
                text.AppendLine(string.Join(' ', Sentences(service)));
                foreach (var advice in service.GetProperty("advice").EnumerateArray())
                {
                    text.AppendLine($"  - {advice.GetString()}");
                }
            }
        }

        return text.ToString();
    }

    private static IEnumerable<string> Sentences(JsonElement service)
    {
        yield return $"{Text(service, "service")}: {Text(service, "status")}.";
        foreach (var list in (string[])["whitelist", "blacklist"])
        {
            var state = service.GetProperty(list);
            if (Text(state, "configured") is { } configured)
            {
                yield return $"The configuration has {configured} on the {list}.";
            }

            if (Text(state, "entry") is { } entry)
            {
                yield return Entry(list, entry, state);
            }
        }

        foreach (var limit in service.GetProperty("limited").EnumerateArray())
        {
            yield return $"Limited by rule {Text(limit, "rule")} for {Number(limit, "seconds_left")} s more: level {Number(limit, "level")}, excess above {Number(limit, "burst")}, falling by {Number(limit, "rate")} a second.";
        }
    }

    private static string Entry(string list, string entry, JsonElement state)
    {
        var end = Text(state, "until_text") is { } until ? $"until {until} ({Number(state, "seconds_left")} s left)" : "for ever";
        var by = Text(state, "source") switch
        {
            "api" => "by an operator",
            "header" => $"by rule {Text(state, "rule")} of the header filter",
            "geo" => "by the geo filter",
            "rule" => $"by user rule {Text(state, "rule")}",
            var source => $"by {source}",
        };
        var because = Text(state, "matched") ?? Text(state, "comment");
        var request = Text(state, "request_id") is { } id ? $" Request {id}." : "";
        var offences = state.GetProperty("earlier_offences").GetInt32();
        var repeated = offences > 0 ? $" Offences before that: {offences}." : "";
        return $"{entry} is on the {list} since {Text(state, "since_text")}, {end}, {by}{(string.IsNullOrEmpty(because) ? "" : $": {because}")}.{request}{repeated}";
    }

    private static string? Text(JsonElement element, string name) => element.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static string Number(JsonElement element, string name) => element.GetProperty(name).GetRawText();
}
