"""Scoring models on trial: what they would have said about people of whom we know what became of them.

Every contact's history is played again through the code that keeps scores, once for each model, and only up to what is
asked about: the converting event itself, whatever happened in the same millisecond and everything later is never
played, so that no model is told the answer.

**Judged moment.** The score is compared at one moment per contact, the same for every model: right after something the
contact did. Which of these moments is drawn by a hash of the contact's id, so it depends neither on a model nor on what
became of the contact, and a repetition draws it again. Scores at the moments at which each model itself would have
handed over could not be compared: there they all equal the threshold.

**Converted** is who converts for the first time after the judged moment and within the horizon. Moments whose horizon
is not over yet cannot be drawn, whether or not the contact converted meanwhile: those who did would be known early, and
the others not.

**Hand-over** is the first moment at or after the beginning at which a contact stands at the stage, or has the score,
under that very model; points that fade or come with time count to the millisecond. Precision is the share of hand-overs
whose contact converted within the horizon afterwards; recall, the share of first conversions that had a hand-over
within the horizon before.

**Left out**, and counted: who converted before the beginning, whose first event is the conversion, who did nothing
meanwhile, and whose horizon is not over.

What is not corrected: the history was made under the model that was live. Who was handed over was also called, and part
of why they converted is that call. And visits from before somebody was recognized count as if they had been known.
"""
