namespace Qrator.FilterNode;

/// <summary>Files of the source tree and of the packages that the tests install beside them.</summary>
internal static class RepositoryFiles
{
    private const string Install = "run: npm install --no-package-lock --no-audit --no-fund --prefix tests";

    /// <summary>The directory that holds the solution.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>A file of the source tree, which has to be there.</summary>
    public static string Find(params string[] path) => Existing("not in the source tree", [Root, .. path]);

    /// <summary>A file of an npm package named in tests/package.json; its absence fails the test and says what to run.</summary>
    public static string FindInPackage(params string[] path) => Existing(Install, [Root, "tests", "node_modules", .. path]);

    private static string Existing(string otherwise, string[] path)
    {
        var file = Path.Combine(path);
        File.Exists(file).ShouldBeTrue($"{file} is missing; {otherwise}");
        return file;
    }

    private static string FindRoot()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "Qrator.FilterNode.sln")))
        {
            directory = directory.Parent;
        }

        return directory.ShouldNotBeNull($"no Qrator.FilterNode.sln above {AppContext.BaseDirectory}").FullName;
    }
}
