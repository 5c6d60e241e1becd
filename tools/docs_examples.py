"""Hold an example of every key of the suite language, as the suite reference shows it."""

SUITE = {
    "version": "1",
    "suite": "storefront",
    "title": "Pictures of the shop's front page",
    "model": "gemini-3-pro-image",
    "endpoint": "gateway",
    "defaults": "{samples: 4, image_size: 1K}",
    "references": "{mascot: references/mascot/*.png}",
    "tags": "[shop, weekly]",
    "owner": "Ada",
    "checks": "{cost: {max_usd: 0.25}}",
    "drift": "{fresh: 4, every: daily}",
    "regression": "{margin: 0.05}",
    "cases": '[{id: fox, prompt: "A fox on a shelf"}]',
}
PARAMETERS = {
    "image_size": "2K",
    "aspect_ratio": "16:9",
    "modalities": "[IMAGE]",
    "tools": "[google_search]",
    "search_types": "[web, image]",
    "thinking": "{include_thoughts: true}",
    "system_instruction": "You are a toy photographer",
    "seed": "7",
    "temperature": "1.0",
    "top_p": "0.95",
    "top_k": "64",
    "max_output_tokens": "4000",
    "media_resolution": "high",
    "safety_settings": "{dangerous_content: block_only_high}",
    "service_tier": "flex",
    "references": "[mascot, owl]",
    "references_first": "true",
    "stream": "true",
    "extra": "{store: false}",
    "samples": "4",
    "model": "gemini-3.1-flash-lite-image",
    "endpoint": "gateway",
}
CASE = {
    "id": "night-city",
    "prompt": '"{name} on a shelf"',
    "turns": "[{prompt: A fox on a shelf}, {prompt: Put a hat on it}]",
    "matrix": "{aspect_ratio: [16:9, 3:4]}",
    "tags": "[slow]",
    "owner": "Bob",
    "was": "city-by-night",
    "checks": "{pictures: 1}",
}
MATRIX = {
    "exclude": "[{character: owl, action: surfing}]",
    "include": "[{character: fox, action: dancing}]",
}
TURN = {"prompt": "Put a hat on it, change nothing else", "checks": "{edit: {expect: local}}"}
CHOICE = {"id": "fox", "value": '"reading a map, closely"'}
SET = {"files": "references/owl/*.jpg", "kind": "object"}
CHECKS = {
    "pictures": "1",
    "answer_text": "[the, fox]",
    "latency": "{max_s: 60}",
    "cost": "{max_usd: 0.25}",
    "consistency": "{references: mascot, max_bad: 1 of 8}",
    "edit": "{expect: local, changed_share_max: 0.25}",
    "text": "OPEN LATE",
    "ask": "[Is there exactly one fox?]",
    "custom": "{checks.py:is_round: {least: 0.9}}",
}
RATE = {"max_bad": "1 of 8", "level": "warn"}
CONSISTENCY = {"references": "mascot", "measure": "keypoints"}
EDIT = {
    "expect": "local",
    "changed_share_max": "0.25",
    "must_change": "[[0.2, 0.0, 0.8, 0.4]]",
    "must_keep": "[[0.0, 0.8, 1.0, 1.0]]",
}
TEXT = {"contains": "[OPEN LATE]", "error_max": "0.2", "language": "eng+deu"}
ASK = {"questions": "[Is there a fox?]", "model": "gemini-3.8-flash", "endpoint": "gemini"}
QUESTION = {"question": "Are there more than two cars?", "expect": "no", "at_least": "3"}
ANSWER_TEXT = {"contains": "[the, fox]"}
WATCH = {
    "reference": "16",
    "fresh": "4",
    "confirm": "10",
    "cells": "10",
    "sessions": "5",
    "alpha": "0.01",
    "screen": "0.05",
    "every": "daily",
    "matters": "0.29",
    "margin": "0.12",
    "power": "0.8",
    "embedder": "look",
}
MARGINS = {"margin": "0.05", "cost": "0.2", "alpha": "0.05"}
LIMITS = {"max_s": "60", "max_usd": "0.25", "include_thoughts": "true"}
