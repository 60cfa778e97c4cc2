namespace Qrator.FilterNode.Behavior.Traits;

public sealed class PathShapeTests
{
    [Theory]
    [InlineData("/item/1", "", "/item/77", "")]
    [InlineData("/img/1.jpg", "", "/img/abc9.jpg", "")]
    [InlineData("/search", "q=a", "/search", "q=b%20c")]
    [InlineData("/a", "token1=x", "/a", "other2")]
    public void Paths_that_differ_in_numbers_and_values_have_one_shape(string left, string leftQuery, string right, string rightQuery) =>
        PathShape.Of(left, leftQuery).ShouldBe(PathShape.Of(right, rightQuery));

    [Theory]
    [InlineData("/", "", "/a", "")]
    [InlineData("/a/b", "", "/ab", "")]
    [InlineData("/a/b", "", "/b/a", "")]
    [InlineData("/a", "", "/a/", "")]
    [InlineData("/a", "", "/a", "q=1")]
    [InlineData("/a", "p=1", "/a", "q=1")]
    [InlineData("/img/1.jpg", "", "/img/1.php", "")]
    public void Other_paths_have_other_shapes(string left, string leftQuery, string right, string rightQuery) =>
        PathShape.Of(left, leftQuery).ShouldNotBe(PathShape.Of(right, rightQuery));

    [Fact]
    public void A_path_of_a_megabyte_costs_no_more_than_its_first_segments_and_no_allocation()
    {
        var path = string.Concat(Enumerable.Repeat("/a1", 300_000));
        PathShape.Of(path, path).ShouldBe(PathShape.Of(path.AsSpan(0, 3_000), path.AsSpan(0, 3_000)));
        Allocations.Of(() => PathShape.Of(path, "a&b")).ShouldBe(0);
        Allocations.Of(() => PathShape.Of("/", "")).ShouldBe(0);
    }
}
