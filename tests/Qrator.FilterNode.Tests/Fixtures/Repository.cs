namespace Qrator.FilterNode.Fixtures;

/// <summary>Where the sources are.</summary>
public static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>A file of the repository; says what to do when it is missing.</summary>
    public static string File(string path, string remedy)
    {
        var full = Path.Combine(Root, path);
        return System.IO.File.Exists(full) ? full : throw new FileNotFoundException($"{path} is missing; {remedy}");
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!System.IO.File.Exists(Path.Combine(folder.FullName, "Qrator.FilterNode.sln")))
        {
            folder = folder.Parent ?? throw new DirectoryNotFoundException("no Qrator.FilterNode.sln above the tests");
        }

        return folder.FullName;
    }
}
