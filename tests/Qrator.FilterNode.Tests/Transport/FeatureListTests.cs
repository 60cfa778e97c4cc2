namespace Qrator.FilterNode.Transport;

public sealed class FeatureListTests
{
    private static readonly Type[] Keys = [.. typeof(object).Assembly.GetExportedTypes().Take(30)];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_list_of_features_holds_what_a_dictionary_holds(int seed)
    {
        var random = new Random(seed);
        var owner = new object();
        var roles = Keys[..7];
        var list = new FeatureList(owner, roles);
        var model = roles.ToDictionary(role => role, _ => owner);
        for (var step = 0; step < 1_000; step++)
        {
            var key = Keys[random.Next(Keys.Length)];
            var revision = list.Revision;
            if (random.Next(2) == 0)
            {
                list[key] = model[key] = step;
                list.Revision.ShouldBeGreaterThan(revision);
            }
            else
            {
                list[key] = null;
                if (model.Remove(key))
                {
                    list.Revision.ShouldBeGreaterThan(revision);
                }
            }

            var asked = Keys[random.Next(Keys.Length)];
            list[asked].ShouldBe(model.GetValueOrDefault(asked));
            list.ToDictionary().ShouldBe(model, ignoreOrder: true);
        }
    }

    [Fact]
    public void A_feature_is_found_by_the_type_that_it_was_set_with_and_by_no_other()
    {
        var list = new FeatureList(new(), []);
        list.Set<IFormattable>(5);
        list.Get<IFormattable>().ShouldBe(5);
        list.Get<IComparable>().ShouldBeNull();
        list.Set<IFormattable>(null);
        list.Get<IFormattable>().ShouldBeNull();
        list.ShouldBeEmpty();
    }
}
