"""Learn the tone of texts from people's corrections: TF-IDF and logistic regression, judged beside the word list.

What is learnt leaves as plain numbers. Whether it is used is the caller's to decide by the evidence.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix, hstack

from signals.core.learning.late import Late
from signals.core.sentiment import Lexicon, terms_of, words_tone

TEXT = Late("sklearn.feature_extraction.text")
LINEAR = Late("sklearn.linear_model")
METRICS = Late("sklearn.metrics")
SELECTION = Late("sklearn.model_selection")

FEWEST, FEWEST_OF_A_SIDE = 200, 20
NEUTRAL = 0.1
FOLDS = 5
MOST_TERMS = 5_000
BETTER_BY = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class ToneLesson:
    """A learnt model as plain data with its evidence: areas under the curve out of fold, and of the word list."""

    definition: Mapping[str, Any]
    evidence: Mapping[str, Any]
    is_better: bool


def learn_tone(corrections: Sequence[tuple[str, float]], *, lexicon: Lexicon) -> ToneLesson | None:
    """Return what (text, tone said) teach; None with fewer than 200 that take a side, or fewer than 20 of one side."""
    sided = [(text, tone > 0.0) for text, tone in corrections if abs(tone) > NEUTRAL]
    outcome = np.array([is_good for _, is_good in sided], dtype=int)
    if len(sided) < FEWEST or min(int(outcome.sum()), len(sided) - int(outcome.sum())) < FEWEST_OF_A_SIDE:
        return None
    texts = [text for text, _ in sided]
    words = np.array([words_tone(text, lexicon=lexicon).score for text in texts])
    vectorizer = TEXT.TfidfVectorizer(analyzer=terms_of, max_features=MOST_TERMS, min_df=2)
    table = hstack([vectorizer.fit_transform(texts), csr_matrix(words.reshape(-1, 1))]).tocsr()
    model = LINEAR.LogisticRegression(C=3.0, max_iter=1_000, class_weight="balanced")
    folds = SELECTION.StratifiedKFold(FOLDS, shuffle=True, random_state=0)
    out_of_fold = SELECTION.cross_val_predict(model, table, outcome, cv=folds, method="predict_proba")[:, 1]
    model.fit(table, outcome)
    learned, listed = METRICS.roc_auc_score(outcome, out_of_fold), METRICS.roc_auc_score(outcome, words)
    return ToneLesson(
        definition=_definition(vectorizer, model.coef_[0], float(model.intercept_[0])),
        evidence={"learned_auc": round(learned, 4), "words_auc": round(listed, 4), "texts": len(sided)},
        is_better=bool(learned > listed + BETTER_BY),
    )


def _definition(vectorizer: Any, coefficients: np.ndarray, intercept: float) -> dict[str, Any]:
    terms = [str(term) for term in vectorizer.get_feature_names_out()]
    return {
        "weights": {term: round(float(weight), 6) for term, weight in zip(terms, coefficients[:-1], strict=True)},
        "idf": {term: round(float(idf), 6) for term, idf in zip(terms, vectorizer.idf_, strict=True)},
        "words_weight": round(float(coefficients[-1]), 6),
        "intercept": round(intercept, 6),
    }
