using System.Globalization;
using System.Text.Json;
using Qrator.FilterNode.Behavior;
using Qrator.FilterNode.Filtering;
using Qrator.FilterNode.Lists;
using Qrator.FilterNode.Metrics;
using Qrator.FilterNode.Time;
using Qrator.FilterNode.UserRules;

namespace Qrator.FilterNode.Admin.Api;

/// <summary>Puts what is known of a client into JSON, with moments as Unix seconds and as text.</summary>
internal sealed class StatusWriter
{
    private readonly Utf8JsonWriter _json;
    private readonly NodeClock _clock;
    private readonly long _now;

    public StatusWriter(Utf8JsonWriter json, NodeClock clock, long now) => (_json, _clock, _now) = (json, clock, now);

    public void Write(ClientStanding standing)
    {
        _json.WriteStartObject();
        _json.WriteString("service", standing.Service.Name);
        _json.WriteString("status", standing.Word);
        WriteList("blacklist", standing.IsBlacklisted, standing.ConfiguredBlacklist?.ToString(), standing.Blacklist);
        WriteList("whitelist", standing.IsWhitelisted, standing.ConfiguredWhitelist?.ToString(), standing.Whitelist);
        _json.WriteStartArray("limited");
        foreach (var limit in standing.Limits)
        {
            Write(limit);
        }

        _json.WriteEndArray();
        WriteBehavior(standing);
        _json.WriteStartArray("advice");
        foreach (var sentence in StandingAdvice.For(standing))
        {
            _json.WriteStringValue(sentence);
        }

        _json.WriteEndArray();
        _json.WriteEndObject();
    }

    public void Write(Decision decision)
    {
        _json.WriteStartObject();
        WriteMoment("at", decision.Changed);
        _json.WriteString("service", decision.Service);
        _json.WriteString("list", decision.List is { } list ? ListMetrics.Word(list) : "limited");
        _json.WriteString("change", ListMetrics.Word(decision.Kind));
        _json.WriteString("entry", decision.Key?.ToString());
        if (decision.Listing is { } listing)
        {
            WriteMoment("until", listing.Expires);
            WriteCause(listing.Source, listing.Rule, listing.Detail, listing.RequestId);
        }
        else if (decision.Limit is { } limit)
        {
            WriteMoment("until", limit.Expires);
            WriteCause(ListSource.Rule, limit.Rule, limit.Detail, limit.RequestId);
        }

        _json.WriteEndObject();
    }

    private void WriteList(string name, bool listed, string? configured, ListedEntry? found)
    {
        _json.WriteStartObject(name);
        _json.WriteBoolean("listed", listed);
        _json.WriteString("configured", configured);
        if (found is { } entry)
        {
            _json.WriteString("entry", entry.Key.ToString());
            WriteMoment("since", entry.Entry.Created);
            WriteMoment("until", entry.Entry.Expires);
            _json.WriteNumber("seconds_left", ListReading.SecondsLeft(entry.Entry, _now));
            WriteCause(entry.Entry.Source, entry.Entry.Rule, entry.Detail, entry.Reason?.RequestId ?? "");
            _json.WriteNumber("earlier_offences", entry.Entry.Offences);
        }

        _json.WriteEndObject();
    }

    private void WriteBehavior(ClientStanding standing)
    {
        var behavior = standing.Service.Store.Behavior;
        _json.WriteStartObject("behavior");
        _json.WriteString("mode", behavior.Mode.ToString());
        _json.WriteString("state", BehaviorStateName.Of(behavior.State));
        if (standing.Behavior is { } client)
        {
            _json.WriteString("history", client.HasCalmHistory ? "calm" : client.LooksAround ? "visitor" : "none");
            _json.WriteNumber("requests", client.Requests);
            _json.WriteNumber("usual_requests", client.UsualRequests);
            _json.WriteNumber("origin_milliseconds", client.OriginMilliseconds);
            _json.WriteNumber("errors", client.Errors);
            _json.WriteNumber("bytes", client.Bytes);
            _json.WriteNumber("in_flight", client.InFlight);
            _json.WriteNumber("error_share", Math.Round(client.ErrorShare, 3));
        }
        else
        {
            _json.WriteNull("history");
        }

        _json.WriteEndObject();
    }

    private void Write(RuleLimit limit)
    {
        _json.WriteStartObject();
        _json.WriteString("rule", limit.Rule.Id);
        _json.WriteNumber("level", Math.Round(limit.Client.Level, 3));
        _json.WriteNumber("rate", limit.Limits.Rate);
        _json.WriteNumber("burst", limit.Limits.Burst);
        _json.WriteString("excess", ListMetrics.Word(limit.Rule.RateLimit!.Excess));
        _json.WriteString("scope", ListMetrics.Word(limit.Rule.RateLimit.Scope));
        _json.WriteNumber("seconds_left", (long)Math.Ceiling(limit.Client.Left.TotalSeconds));
        _json.WriteEndObject();
    }

    private void WriteCause(ListSource source, string rule, string detail, string requestId)
    {
        var byOperator = source == ListSource.Api;
        _json.WriteString("source", ListMetrics.Word(source));
        _json.WriteString("rule", rule.Length > 0 ? rule : null);
        _json.WriteString("matched", byOperator || detail.Length == 0 ? null : detail);
        _json.WriteString("request_id", requestId.Length > 0 ? requestId : null);
        _json.WriteString("comment", byOperator ? detail : null);
    }

    private void WriteMoment(string name, long? ticks)
    {
        if (ticks is not { } moment)
        {
            _json.WriteNull(name);
            _json.WriteNull($"{name}_text");
            return;
        }

        // To the nearest second: lists count in tenths, which must not make five minutes 301 seconds.
        var utc = _clock.ToUtc(moment).AddMilliseconds(500);
        _json.WriteNumber(name, utc.ToUnixTimeSeconds());
        _json.WriteString($"{name}_text", utc.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture));
    }
}
