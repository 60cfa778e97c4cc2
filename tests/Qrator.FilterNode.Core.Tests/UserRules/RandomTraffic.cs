using System.Globalization;
using Qrator.FilterNode.Configuration;

namespace Qrator.FilterNode.UserRules;

/// <summary>Requests and responses that are partly made of what the rules look for.</summary>
internal sealed class RandomTraffic
{
    private readonly Random _random;
    private readonly RandomText _text;
    private readonly List<string> _values = [];

    public RandomTraffic(Random random, UserRulesConfig rules)
    {
        _random = random;
        _text = new(random);
        foreach (var rule in rules.Rules)
        {
            Collect(rule.When);
        }
    }

    public RequestData Request() => new()
    {
        Method = Text(),
        Path = Text(),
        Query = Text(),
        RequestUri = Text(),
        Host = Text(),
        UserAgent = TextOrAbsent(),
        Referer = TextOrAbsent(),
        Headers = Headers(),
        Cookies = Cookies(),
        ContentLength = _random.Next(3) == 0 ? null : Pick(RandomRules.Numbers),
        Country = _random.Next(4) == 0 ? null : Pick(RandomRules.Countries),
    };

    public ResponseData Response() => new()
    {
        Status = Pick(RandomRules.Statuses),
        Duration = TimeSpan.Parse(Pick(RandomRules.Spans), CultureInfo.InvariantCulture),
        Location = TextOrAbsent(),
        ContentType = TextOrAbsent(),
    };

    private void Collect(ConditionConfig condition)
    {
        foreach (var part in (condition.And ?? []).Concat(condition.Or ?? []).Concat(condition.Not is null ? [] : [condition.Not]))
        {
            Collect(part);
        }

        if (condition.Value is not null)
        {
            _values.Add(condition.Value);
        }
    }

    private string? TextOrAbsent() => _random.Next(4) == 0 ? null : Text();

    private string Text() => _random.Next(6) switch
    {
        0 => Value(),
        1 => Value() + _text.Next(),
        2 => _text.Next() + Value(),
        3 => _text.Next() + Value() + _text.Next() + Value(),
        4 => Value().ToUpperInvariant(),
        _ => _text.Next(),
    };

    private string Value() => _values.Count == 0 ? "" : _values[_random.Next(_values.Count)];

    private Dictionary<string, string> Headers()
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var name in RandomRules.HeaderNames)
        {
            if (TextOrAbsent() is { } value)
            {
                headers[name] = value;
            }
        }

        return headers;
    }

    private string Cookies() => string.Join(_random.Next(2) == 0 ? "; " : ";", Enumerable.Range(0, _random.Next(5)).Select(_ => $"{Pick(RandomRules.CookieNames)}={Text()}"));

    private T Pick<T>(T[] from) => from[_random.Next(from.Length)];
}
