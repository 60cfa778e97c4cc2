namespace Qrator.FilterNode.Quality;

/// <summary>A case that can be run.</summary>
internal sealed record BenchCase(string Name, Func<CaseResult> Run);
