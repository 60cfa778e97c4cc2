namespace Qrator.FilterNode.Pages;

/// <summary>One piece of a page.</summary>
/// <param name="Kind">What stands here.</param>
/// <param name="Text">For <see cref="PagePieceKind.Text"/>: the bytes, at most <see cref="PageTemplate.LongestPiece"/>.</param>
public readonly record struct PagePiece(PagePieceKind Kind, ReadOnlyMemory<byte> Text);
