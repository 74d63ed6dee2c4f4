"""The life of the learned risk model: train, propose, promote, roll back, retire, watch.

Training proposes and never puts in force; only a person does, with the evidence in front of them.
"""
