"""Learning renewal risk from outcomes: pure statistics over a `frame.Frame`; nothing here reads a table or a clock.

`training.run`: train(frame, *, prior, protocol, settings, seed) -> TrainedModel; predict(model, frame) -> chances
of loss; `explaining.explain`: explain(model, frame). `documents.model`: to_document, from_document. See docs.
"""
