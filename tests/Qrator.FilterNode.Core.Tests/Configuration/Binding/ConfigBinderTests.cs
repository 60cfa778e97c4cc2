namespace Qrator.FilterNode.Configuration.Binding;

public class ConfigBinderTests
{
    [Fact]
    public void Every_kind_of_value_is_bound()
    {
        var config = Bind(
            """
            {
              "Text": "a", "Maybe": "b", "Switch": false, "Number": 10, "Large": 9000000000, "Fraction": 1.5e-3, "Span": "1.00:00:00",
              "MaybeSpan": "00:00:00.250", "Word": "monday", "Address": "192.0.2.1", "Words": ["x", "y", "z"], "Numbers": [1, 10],
              "Child": { "Name": "c", "Words": ["w"] }, "Children": [ { "Name": "d", "Words": ["w"] } ], "Named": { "e": { "Name": "e", "Words": ["w"] } },
            }
            """,
            out var errors);

        errors.ShouldBeEmpty();
        (config.Text, config.Maybe, config.Switch, config.Number).ShouldBe(("a", "b", false, 10));
        (config.Large, config.Fraction, config.Span, config.MaybeSpan).ShouldBe((9_000_000_000, 0.0015, TimeSpan.FromDays(1), TimeSpan.FromSeconds(0.25)));
        (config.Word, config.Address!.ToString()).ShouldBe((DayOfWeek.Monday, "192.0.2.1"));
        config.Words.ShouldBe(["x", "y", "z"]);
        config.Numbers.ShouldBe([1, 10]);
        (config.Child.Name, config.Children.Single().Name, config.Named["E"].Name).ShouldBe(("c", "d", "e"));
    }

    [Fact]
    public void Keys_are_compared_without_case() => Bind("""{ "NUMBER": 7 }""", out _).Number.ShouldBe(7);

    [Theory]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("""{ "Text": null, "Maybe": null, "Switch": null, "Number": null, "Span": null, "Word": null, "Words": null, "Child": null, "Named": null }""")]
    public void What_is_left_out_or_null_keeps_its_default(string json)
    {
        var config = Bind(json, out var errors);
        errors.ShouldBeEmpty();
        (config.Text, config.Maybe, config.Switch, config.Number, config.Word).ShouldBe(("default", "default", true, 5, DayOfWeek.Friday));
        config.Words.ShouldBe(["default"]);
        config.Child.Name.ShouldBe("default");
    }

    [Theory]
    [InlineData("""{ "Words": [] }""")]
    [InlineData("""{ "Words": "" }""")]
    [InlineData("""{ "Words": {} }""")]
    public void An_empty_list_takes_the_place_of_the_default(string json)
    {
        Bind(json, out var errors).Words.ShouldBeEmpty();
        errors.ShouldBeEmpty();
    }

    [Fact]
    public void An_empty_text_is_a_text() => Bind("""{ "Text": "", "Maybe": "" }""", out _).ShouldSatisfyAllConditions(
        config => config.Text.ShouldBe(""),
        config => config.Maybe.ShouldBe(""));

    [Theory]
    [InlineData("""{ "Numbr": 1 }""", "Root:Numbr: unknown key; did you mean Number?")]
    [InlineData("""{ "numbre": 1 }""", "Root:numbre: unknown key; did you mean Number?")]
    [InlineData("""{ "Wrods": [1] }""", "Root:Wrods: unknown key; did you mean Words?")]
    [InlineData("""{ "Child": { "Nmae": 1, "Name": "x", "Words": ["w"] } }""", "Root:Child:Nmae: unknown key; did you mean Name?")]
    [InlineData("""{ "Child": { "Rate": 1, "Name": "x", "Words": ["w"] } }""", "Root:Child:Rate: unknown key; known here: Name, Words")]
    [InlineData("""{ "Named": { "e": { "Name": "x", "Words": ["w"], "X": { "Y": 1 } } } }""", "Root:Named:e:X: unknown key; known here: Name, Words")]
    public void An_unknown_key_is_a_mistake_with_the_key_that_was_probably_meant(string json, string expected) => Errors(json).ShouldBe([expected]);

    [Fact]
    public void A_property_without_description_is_no_key() =>
        Errors("""{ "NotASetting": "x" }""").Single().ShouldStartWith("Root:NotASetting: unknown key; known here: Text, Maybe, Switch,");

    [Theory]
    [InlineData("""{ "Switch": "yes" }""", "Root:Switch: \"yes\" is not a switch; true or false")]
    [InlineData("""{ "Switch": 1 }""", "Root:Switch: \"1\" is not a switch; true or false")]
    [InlineData("""{ "Switch": "" }""", "Root:Switch: \"\" is not a switch; true or false")]
    [InlineData("""{ "Number": "many" }""", "Root:Number: \"many\" is not a whole number")]
    [InlineData("""{ "Number": 1.5 }""", "Root:Number: \"1.5\" is not a whole number")]
    [InlineData("""{ "Number": "" }""", "Root:Number: \"\" is not a whole number")]
    [InlineData("""{ "Number": 1e1 }""", "Root:Number: \"1e1\" is not a whole number")]
    [InlineData("""{ "Number": true }""", "Root:Number: \"true\" is not a whole number")]
    [InlineData("""{ "Fraction": "NaN" }""", "Root:Fraction: \"NaN\" is not a number")]
    [InlineData("""{ "Fraction": "1,5" }""", "Root:Fraction: \"1,5\" is not a number")]
    [InlineData("""{ "Word": "Someday" }""", "Root:Word: \"Someday\" is not one of Sunday, Monday, Tuesday, Wednesday, Thursday, Friday, Saturday")]
    [InlineData("""{ "Word": 1 }""", "Root:Word: \"1\" is not one of Sunday, Monday, Tuesday, Wednesday, Thursday, Friday, Saturday")]
    [InlineData("""{ "Address": "192.0.2.0/24" }""", "Root:Address: \"192.0.2.0/24\" is a subnet; the whitelist takes single addresses only, because a subnet too easily lets everyone in")]
    [InlineData("""{ "Number": [1] }""", "Root:Number: a section or list; a single value is expected")]
    [InlineData("""{ "Text": { "a": 1 } }""", "Root:Text: a section or list; a single value is expected")]
    [InlineData("""{ "Words": "a" }""", "Root:Words: \"a\" is a single value; a list [ ... ] is expected")]
    [InlineData("""{ "Words": { "a": "b" } }""", "Root:Words:a: a list [ ... ] is expected here, not a section with names")]
    [InlineData("""{ "Words": ["a", ["b"]] }""", "Root:Words:1: a section or list; a single value is expected")]
    [InlineData("""{ "Child": true }""", "Root:Child: \"true\" is a single value; a section { ... } is expected")]
    [InlineData("""{ "Children": ["x"] }""", "Root:Children:0: \"x\" is a single value; a section { ... } is expected")]
    [InlineData("""{ "Named": "x" }""", "Root:Named: \"x\" is a single value; a section { \"name\": ... } is expected")]
    [InlineData("""{ "Named": { "e": "x" } }""", "Root:Named:e: \"x\" is a single value; a section { ... } is expected")]
    [InlineData("\"x\"", "Root: \"x\" is a single value; a section { ... } is expected")]
    public void A_value_of_another_type_is_a_mistake(string json, string expected) => Errors(json).ShouldBe([expected]);

    [Theory]
    [InlineData("""{ "Number": 0 }""", "Root:Number: 0 is out of range; 1 to 10")]
    [InlineData("""{ "Number": 11 }""", "Root:Number: 11 is out of range; 1 to 10")]
    [InlineData("""{ "Large": -2 }""", "Root:Large: -2 is out of range; -1 or more")]
    [InlineData("""{ "Fraction": 1.6 }""", "Root:Fraction: 1.6 is out of range; 1.5 or less")]
    [InlineData("""{ "Span": "00:00:00.999" }""", "Root:Span: 00:00:00.999 is out of range; 00:00:01 to 1.00:00:00")]
    [InlineData("""{ "Span": "-00:01:00" }""", "Root:Span: -00:01:00 is out of range; 00:00:01 to 1.00:00:00")]
    [InlineData("""{ "Numbers": [1, 11, 2] }""", "Root:Numbers:1: 11 is out of range; 1 to 10")]
    [InlineData("""{ "Words": ["a", "b", "c", "d"] }""", "Root:Words: 4 words; at most 3")]
    [InlineData("""{ "Number": 99999999999 }""", "Root:Number: 99999999999 is out of range; -2147483648 to 2147483647")]
    [InlineData("""{ "Large": -99999999999999999999 }""", "Root:Large: -99999999999999999999 is out of range; -9223372036854775808 to 9223372036854775807")]
    public void A_value_out_of_its_range_is_a_mistake_that_names_the_range(string json, string expected) => Errors(json).ShouldBe([expected]);

    [Theory]
    [InlineData("""{ "Child": { "Words": ["w"] } }""", "Root:Child:Name: missing; a name, such as \"x\"")]
    [InlineData("""{ "Child": { "Name": "", "Words": ["w"] } }""", "Root:Child:Name: missing; a name, such as \"x\"")]
    [InlineData("""{ "Child": { "Name": null, "Words": ["w"] } }""", "Root:Child:Name: missing; a name, such as \"x\"")]
    [InlineData("""{ "Child": { "Name": "x", "Words": [] } }""", "Root:Child:Words: missing; at least one word")]
    [InlineData("""{ "Child": { "Name": "x", "Words": null } }""", "Root:Child:Words: missing; at least one word")]
    [InlineData("""{ "Child": { "Name": "x", "words": "" } }""", "Root:Child:Words: missing; at least one word")]
    public void A_required_key_that_is_missing_or_empty_is_a_mistake_with_a_remedy(string json, string expected) => Errors(json).ShouldBe([expected]);

    [Theory]
    [InlineData("""{ "Children": [null] }""")]
    [InlineData("""{ "Children": [{}] }""")]
    [InlineData("""{ "Children": [""] }""")]
    public void An_empty_item_of_a_list_of_sections_lacks_all_that_is_required(string json) => Errors(json).ShouldBe(
        ["Root:Children:0:Name: missing; a name, such as \"x\"", "Root:Children:0:Words: missing; at least one word"]);

    [Fact]
    public void All_mistakes_are_found_at_once_and_what_is_right_is_still_bound()
    {
        var config = Bind("""{ "Numbr": 1, "Switch": "on", "Number": 11, "Text": "kept", "Child": {} , "Words": "x" }""", out var errors);
        errors.Count.ShouldBe(6);
        (config.Text, config.Number, config.Switch).ShouldBe(("kept", 5, true));
    }

    private static SampleConfig Bind(string json, out IReadOnlyList<string> errors)
    {
        var found = new ConfigErrors();
        var config = ConfigBinder.Bind<SampleConfig>(JsonConfig.Read(json, "Root"), found);
        errors = [.. found.All.Select(error => error.ToString())];
        found.None.ShouldBe(errors.Count == 0);
        return config;
    }

    private static IReadOnlyList<string> Errors(string json)
    {
        Bind(json, out var errors);
        return errors;
    }
}
