namespace Qrator.FilterNode.Behavior.History;

/// <summary>A client's window before and after the end of a request.</summary>
/// <param name="Tracked">Whether the client is in the table.</param>
/// <param name="Known">Whether it has a calm history.</param>
/// <param name="OriginBefore">Origin time of the window before, in milliseconds.</param>
/// <param name="OriginAfter">And after.</param>
/// <param name="ErrorsBefore">Errors before.</param>
/// <param name="ErrorsAfter">And after.</param>
internal readonly record struct ClientEnd(
    bool Tracked, bool Known, float OriginBefore, float OriginAfter, float ErrorsBefore, float ErrorsAfter);
