// findings.h - what a check came to, in one verdict.

#ifndef LIBRARY_FINDINGS_H
#define LIBRARY_FINDINGS_H

#include "library/json.h"
#include "library/session.h"
#include "library/supposing.h"

// What came of the comparisons.
typedef struct {
    Verdict kept;              // On a counterexample that was kept.
    Verdict generated;         // On generated databases.
    Verdict data;              // EVIDENCE_NONE where there is no database, or no need.
    const char *data_trouble;  // Why the database could not be asked; or NULL.
    const char *types_trouble; // Why some columns were not looked at; or NULL.
    bool only_data;            // Two databases: nothing is generated.
    Missing missing;        // With these, which the data keep, the two would be the same.
    const Catalog *catalog; // Of the session.
    const char *database;   // Its name, for people: "a.db", "a.db and b.db".
} Findings;

HoneVerdictKind findings_kind(const Findings *findings);
const char *findings_evidence(Arena *arena, const Findings *findings);
const char *findings_reason(Arena *arena, const Findings *findings);

// Returns which constraints would make the two the same, and how to have them; or NULL.
const char *findings_supposing(Arena *arena, const Findings *findings);

// Returns the counterexample, or NULL.
const char *findings_script(const Findings *findings);

Json *findings_json(const HoneCheck *check, const Findings *findings);

#endif
