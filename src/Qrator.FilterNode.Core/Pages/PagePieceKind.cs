namespace Qrator.FilterNode.Pages;

/// <summary>What stands at one place of a page.</summary>
public enum PagePieceKind
{
    /// <summary>The same bytes in every answer.</summary>
    Text,

    /// <summary>The id of the request.</summary>
    RequestId,

    /// <summary>The time of the answer.</summary>
    Time,
}
