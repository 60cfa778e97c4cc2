namespace Qrator.FilterNode.Behavior.History;

/// <summary>What a client looks like by what it has done.</summary>
internal enum ClientConduct
{
    /// <summary>Not to be said: it has hardly done anything, or is not in the table.</summary>
    Unclear,

    /// <summary>It has not been given a page yet, so that it could not show what it is.</summary>
    Waiting,

    /// <summary>A visitor: it has a calm history, or looks around on the site.</summary>
    Visitor,

    /// <summary>After one thing: several requests for one page, or for none that others ask for; or mostly errors.</summary>
    SingleMinded,
}
