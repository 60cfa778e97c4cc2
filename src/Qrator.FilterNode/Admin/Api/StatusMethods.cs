using System.Text.Json;
using Qrator.FilterNode.Clients;
using Qrator.FilterNode.Configuration;
using Qrator.FilterNode.Filtering;
using Qrator.FilterNode.Lists;
using Qrator.FilterNode.Metrics;

namespace Qrator.FilterNode.Admin.Api;

/// <summary>The methods that say how a client stands, and why.</summary>
internal static class StatusMethods
{
    private const int MostDecisions = 20;

    private const string Params = """{ "type": "array", "minItems": 1, "maxItems": 1, "prefixItems": [ { "type": "string", "examples": ["203.0.113.7"] } ] }""";
    private const string Example = """["203.0.113.7"]""";

    public static IEnumerable<ApiMethod> All { get; } =
    [
        Check(ListKind.Blacklist),
        Check(ListKind.Whitelist),
        new()
        {
            Name = "ip_status",
            Summary = "How an address stands with every service: lists, since and until when, by which filter and rule, what matched, buckets, recent decisions, and what can be done.",
            Params = Params,
            Example = Example,
            Result = StatusSchema.Text,
            Run = call => Answer(call, only: null, standing => standing.IsBlacklisted),
        },
    ];

    private static ApiMethod Check(ListKind kind)
    {
        var list = ListMetrics.Word(kind);
        return new()
        {
            Name = $"{list}_check",
            Summary = $"Whether an address is on the {list} of the service, dynamic or configured, and why; the answer has the form of ip_status.",
            Params = Params,
            Example = Example,
            Result = StatusSchema.Text,
            Run = call => Answer(call, only: call.Service, standing => kind == ListKind.Blacklist ? standing.IsBlacklisted : standing.IsWhitelisted),
        };
    }

    private static ApiAnswer Answer(ApiCall call, ServiceSnapshot? only, Func<ClientStanding, bool> isListed)
    {
        if (call.Params.ValueKind != JsonValueKind.Array || call.Params.GetArrayLength() != 1)
        {
            return ApiAnswer.Wrong($"params: {ApiText.Show(call.Params)}; one address, such as {Example}");
        }

        if (!ApiText.TryAddress(call.Params[0], out var asked, out var problem))
        {
            return ApiAnswer.Wrong($"params[0]: {problem}");
        }

        return ApiAnswer.Stream(answer => WriteAsync(answer, call, asked, only, isListed));
    }

    private static async Task WriteAsync(
        AnswerWriter answer, ApiCall call, NetworkPrefix asked, ServiceSnapshot? only, Func<ClientStanding, bool> isListed)
    {
        var now = call.Clock.Now;
        var (json, writer) = (answer.Json, new StatusWriter(answer.Json, call.Clock, now));
        var identity = call.Node.Identity;
        json.WriteStartObject();
        json.WriteString("address", asked.ToString());
        json.WriteString("client", identity.IsClient(asked) ? identity.Format(identity.Of(asked.Address)) : asked.ToString());
        json.WriteString("country", call.Node.Countries?.Find(asked.Address).ToString());
        var listed = false;
        json.WriteStartArray("services");
        foreach (var service in only is null ? call.Node.Services : [only])
        {
            var standing = ClientStanding.Of(service, asked, now);
            listed |= isListed(standing);
            writer.Write(standing);
            await answer.SendPieceAsync();
        }

        json.WriteEndArray();
        json.WriteBoolean("listed", listed);
        json.WriteStartArray("decisions");
        foreach (var decision in call.Decisions.Find(asked, MostDecisions, only?.Name))
        {
            writer.Write(decision);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
