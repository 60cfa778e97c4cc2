namespace Qrator.FilterNode.Configuration.Binding;

/// <summary>A value that the operator writes as one text, checked while it is bound.</summary>
/// <typeparam name="TSelf">The implementing type.</typeparam>
public interface IConfigText<TSelf>
    where TSelf : IConfigText<TSelf>
{
    /// <summary>Reads the text as the operator wrote it.</summary>
    /// <param name="text">Never null; may be empty.</param>
    /// <param name="value">The value when true is returned.</param>
    /// <param name="problem">What is wrong and what is right, when false is returned.</param>
    static abstract bool TryParse(string text, out TSelf value, out string problem);
}
